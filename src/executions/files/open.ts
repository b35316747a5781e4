import { NotFoundError } from '../errors.ts';
import type { Execution, OutputFile } from '../execution.ts';
import type { Store } from '../store.ts';
import { readFile } from './read.ts';

/** A file that a program left. */
export interface OpenedFile {
  readonly file: OutputFile;
  /**
   * Its bytes from `from` up to, not including, `to`, a piece at a time.
   * @throws OutputMissingError, UnavailableError
   */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

/** @throws NotFoundError */
export function openFile(
  store: Pick<Store, 'readFilePiece'>,
  { id, files }: Pick<Execution, 'id' | 'files'>,
  path: string,
): OpenedFile {
  const file = files.find((one) => one.path === path);
  if (file !== undefined) return { file, read: (from, to) => readFile(store, id, file, { from, to }) };
  throw new NotFoundError(
    `Expected the path of a file that execution ${id} left, got ${JSON.stringify(path.slice(0, 200))}.`,
  );
}
