import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Plain JavaScript on purpose: the first TypeScript that is not in the cache has Node load what strips its types, 20 MB
// that it keeps for good. Harmless where the cache cannot be kept.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/podline'));
await import('./main.ts');
