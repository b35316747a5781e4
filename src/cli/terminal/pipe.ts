import { write } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCodeOf } from '../errors.ts';

/** Where a command prints. Calls are made one after another: the next only when the one before has resolved. */
export interface OutputPipe {
  /** Resolves when the reader has taken every byte. @throws ReaderGoneError */
  write(text: string): Promise<void>;
  /** As above, bytes that are no text. */
  writeBytes(bytes: Uint8Array): Promise<void>;
  /** Whether the next byte stands at the start of a line. */
  readonly atLineStart: boolean;
  readonly isTerminal: boolean;
  /** Characters that fit into a line of the terminal. */
  readonly columns: number;
}

/** Empties the line that the cursor is in. */
export const CLEAR_LINE = '\r\u001b[K';
const COLUMNS = 80;
const LINE_FEED = 0x0a;

/** The reader closed its end of the pipe, or the terminal was closed. */
export class ReaderGoneError extends Error {
  override readonly name = 'ReaderGoneError';
}

/** Milliseconds between attempts at a descriptor that someone made non-blocking and that is full. */
const FULL_PIPE_WAIT_MS = 5;

/**
 * Prints on a file descriptor through the thread pool. `process.stdout` would write to a pipe synchronously: a reader
 * that stops would stop Ctrl-C and the answers that keep the connection to the server alive.
 */
export function openPipe(
  descriptor: number,
  isTerminal: boolean,
  columns: () => number | undefined = () => COLUMNS,
): OutputPipe {
  let atLineStart = true;
  return {
    isTerminal,
    get columns() {
      return columns() || COLUMNS;
    },
    get atLineStart() {
      return atLineStart;
    },
    async writeBytes(bytes) {
      if (bytes.byteLength === 0) return;
      await writeAll(descriptor, bytes);
      atLineStart = bytes.at(-1) === LINE_FEED;
    },
    async write(text) {
      if (text === '') return;
      await writeAll(descriptor, Buffer.from(text));
      atLineStart = text.endsWith('\n') || text.endsWith(CLEAR_LINE);
    },
  };
}

async function writeAll(descriptor: number, bytes: Uint8Array): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(await writeOnce(descriptor, rest));
    } catch (error) {
      const code = systemCodeOf(error);
      if (code === 'EPIPE' || code === 'EIO')
        throw new ReaderGoneError('Nobody reads the output any more.', { cause: error });
      if (code !== 'EAGAIN') throw error;
      await sleep(FULL_PIPE_WAIT_MS);
    }
  }
}

function writeOnce(descriptor: number, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, (error, written) => (error ? reject(error) : resolve(written)));
  });
}
