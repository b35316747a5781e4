import { UnreadableFileError } from '../../../executions/errors.ts';
import type { OpenedFile } from './open-below.ts';
import type { ReadingTime } from './reading-time.ts';

/** Bytes read at once. */
const READ_BYTES = 256 * 1024;

/**
 * The content of a file up to the size it had when it was opened; each part is overwritten by the next.
 * @throws UnreadableFileError
 */
export async function* contentOf({ file, bytes }: OpenedFile, time: ReadingTime): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(Math.min(bytes, READ_BYTES));
  for (let position = 0; position < bytes; ) {
    if (time.isOver) throw new UnreadableFileError('It could not be read in time.');
    const length = Math.min(buffer.length, bytes - position);
    const { bytesRead } = await time.of(file.read(buffer, 0, length, position));
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}
