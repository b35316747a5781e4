import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = new Map<string, Promise<string>>();

/**
 * A data directory of this run of the benchmarks, by name; made when it is first asked for and kept until
 * `removeWorkspace`, so that the sandbox's snapshot is made once.
 */
export function dataDirectory(name = 'usual'): Promise<string> {
  const directory = made.get(name) ?? mkdtemp(join(tmpdir(), `podline-bench-${name}-`));
  made.set(name, directory);
  return directory;
}

/** Removes the database of a data directory; what else lies there stays. */
export async function removeRecords(directory: string): Promise<void> {
  for (const file of await readdir(directory)) {
    if (file.startsWith('podline.db')) await rm(join(directory, file));
  }
}

/** Removes all data directories. */
export async function removeWorkspace(): Promise<void> {
  for (const directory of made.values()) await rm(await directory, { recursive: true, force: true });
  made.clear();
}
