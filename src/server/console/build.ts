import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILT, BUNDLE_NAMES, bundle } from './assets.ts';

// For an image: `node src/server/console/build.ts` writes what a server would otherwise bundle when it is first asked.
const built = await bundle();
await mkdir(BUILT, { recursive: true });
for (const name of BUNDLE_NAMES) await writeFile(join(BUILT, name), built[name]);
