import './node-version.js';

// Imported only now: an older Node has no `enableCompileCache`, and would say so before it says what it needs.
import('node:module').then(({ enableCompileCache }) => {
  // Plain JavaScript on purpose: the first TypeScript that is not in the cache has Node load what strips its types, 20 MB
  // that it keeps for good. Harmless where the cache cannot be kept.
  enableCompileCache(`${import.meta.dirname}/../node_modules/.cache/podline`);
  return import('./main.ts');
});
