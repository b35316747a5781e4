import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Plain JavaScript for the same reason as src/start.js: what strips types from TypeScript takes memory for good.
enableCompileCache(join(import.meta.dirname, '../../../../node_modules/.cache/podline'));
await import('./main.ts');
