import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import type { RunRequest } from '../../executions/run.ts';

/**
 * Writes the program and its files into a sandbox's directory; the sandbox can only read there. Throws when the disk is
 * full, and for a path that leaves the directory.
 */
export function writeProgram(directory: string, { fileName, code, payload }: RunRequest): void {
  for (const { path, content } of payload.files) write(directory, path, content);
  write(directory, fileName, code);
}

function write(directory: string, path: string, content: string | Uint8Array): void {
  const file = resolve(directory, path);
  if (!file.startsWith(directory + sep)) throw new Error(`Expected a path inside the directory, got ${path}`);
  if (dirname(file) !== directory) mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
