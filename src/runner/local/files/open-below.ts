import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { FILE_PROBLEMS } from '../../run/files/problems.ts';

/** A regular file, open for reading. */
export interface OpenedFile {
  readonly file: FileHandle;
  readonly bytes: number;
}

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;
/** O_NONBLOCK: no wait for whoever writes to a named pipe. */
const FILE = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
export const FOLDER = O_RDONLY | O_NOFOLLOW | O_DIRECTORY;

/**
 * What is called so in the directory behind a descriptor: the kernel takes the first part, a link of its own, to just that
 * directory, whatever has been moved or swapped since it was opened. (Node has no `openat`.)
 */
export function below(descriptor: number, name: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${descriptor}/`), Buffer.from(name)]);
}

/**
 * Opens a regular file below the directory, part by part, following no link. Why there is none to be read otherwise, for
 * people. Rejects never.
 */
export async function openBelow(directory: number, path: readonly string[]): Promise<OpenedFile | string> {
  let folder: FileHandle | null = null;
  try {
    for (const name of path.slice(0, -1)) {
      const next: FileHandle = await open(below(folder?.fd ?? directory, name), FOLDER);
      await folder?.close();
      folder = next;
    }
    const file = await open(below(folder?.fd ?? directory, path.at(-1) ?? ''), FILE);
    const stats = await file.stat();
    if (stats.isFile()) return { file, bytes: stats.size };
    await file.close();
    return 'It is not a regular file any more.';
  } catch (error) {
    return whyNotOpened(error);
  } finally {
    await folder?.close();
  }
}

/** For people, in words that say nothing of this machine. */
export function whyNotOpened(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
      return FILE_PROBLEMS.denied;
    case 'ENOENT':
      return FILE_PROBLEMS.gone;
    case 'ELOOP':
    case 'ENOTDIR':
      return FILE_PROBLEMS.replaced;
    default:
      return FILE_PROBLEMS.unopened;
  }
}
