#!/usr/bin/env node
import '../node-version.js';

// Imported only now, by a Node that can: see node-version.js.
import('node:module').then(({ enableCompileCache }) => {
  // Halves the time to start: types are stripped once, not at every start. Without a writable folder it is just slower.
  enableCompileCache(`${import.meta.dirname}/../../node_modules/.cache/podline`);
  return import('./podline.ts');
});
