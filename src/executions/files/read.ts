import { FILE_PIECE_BYTES } from '../../bounds.ts';
import { NotFoundError, OutputMissingError } from '../errors.ts';
import type { Execution, OutputFile, StoredContent } from '../execution.ts';
import type { Store } from '../store.ts';

/**
 * The bytes of what is stored from `from` up to, not including, `to`, a piece at a time.
 * @param what it is, for sentences
 * @throws OutputMissingError when a piece is not there any more; UnavailableError
 */
export async function* readStored(
  store: Pick<Store, 'readFilePiece'>,
  executionId: string,
  { pieces }: StoredContent,
  what: string,
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; ) {
    const index = Math.floor(at / FILE_PIECE_BYTES);
    const begin = index * FILE_PIECE_BYTES;
    const piece = await store.readFilePiece(executionId, pieces[index] ?? '');
    const part = piece?.subarray(at - begin, to - begin);
    if (part === undefined || part.byteLength === 0) {
      throw new OutputMissingError(
        `Execution ${executionId}: expected all of ${what}, but it was removed while it was read.`,
      );
    }
    yield part;
    at += part.byteLength;
  }
}

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
  if (file !== undefined) {
    const what = `its file ${JSON.stringify(path)}`;
    return { file, read: (from, to) => readStored(store, id, file, what, { from, to }) };
  }
  throw new NotFoundError(
    `Expected the path of a file that execution ${id} left, got ${JSON.stringify(path.slice(0, 200))}.`,
  );
}
