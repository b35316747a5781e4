import { FILE_PIECE_BYTES } from '../../bounds.ts';
import { OutputMissingError } from '../errors.ts';
import type { OutputFile } from '../execution.ts';
import type { Store } from '../store.ts';

/**
 * The bytes of a file from `from` up to, not including, `to`, a piece at a time.
 * @throws OutputMissingError when a piece is not there any more; UnavailableError
 */
export async function* readFile(
  store: Pick<Store, 'readFilePiece'>,
  executionId: string,
  { path, pieces }: OutputFile,
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; ) {
    const index = Math.floor(at / FILE_PIECE_BYTES);
    const begin = index * FILE_PIECE_BYTES;
    const piece = await store.readFilePiece(executionId, pieces[index] ?? '');
    const part = piece?.subarray(at - begin, to - begin);
    if (part === undefined || part.byteLength === 0) {
      throw new OutputMissingError(
        `Execution ${executionId}: expected all of its file ${JSON.stringify(path)}, but it was removed while it was read.`,
      );
    }
    yield part;
    at += part.byteLength;
  }
}
