import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Longer than any dynamic loader takes, milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * The shared libraries that a program is linked with, and its dynamic loader: asked of that loader itself, which lists
 * them instead of starting the program (ld.so(8), LD_TRACE_LOADED_OBJECTS). Paths as the program asks for them.
 * Throws when the loader cannot find one.
 */
export async function sharedLibraries(file: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(file, [], {
    env: { LD_TRACE_LOADED_OBJECTS: '1' },
    timeout: TIMEOUT_MS,
  });
  const missing = /^\s*(\S+) => not found/m.exec(stdout)?.[1];
  if (missing !== undefined) throw new Error(`Expected every library of ${file}, got none for ${missing}`);
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x[0-9a-f]+\)/g)].map(([, path = '']) => path);
}
