import { Readable } from 'node:stream';
import type { Displayed } from '../../run/output/pump.ts';
import { MessageReader, type ReceivedMessage } from './messages.ts';

export interface InterpreterOutputOptions {
  readonly pipe: Readable;
  readonly token: string;
  /** Called for each message but displays, in order with what is printed. */
  readonly received: (message: ReceivedMessage) => void;
}

/**
 * One of the two pipes of a kept interpreter, parted into what each cell prints. Between two cells nothing is read: what is
 * printed then waits in the pipe for the next cell.
 */
export class InterpreterOutput {
  readonly #pipe: Readable;
  readonly #reader: MessageReader;
  readonly #received: (message: ReceivedMessage) => void;
  #cell: Readable | null = null;
  /** Read behind the end of the last cell. */
  #early: (Buffer | ReceivedMessage)[] = [];
  #isClosed = false;

  constructor({ pipe, token, received }: InterpreterOutputOptions) {
    this.#pipe = pipe;
    this.#reader = new MessageReader(token);
    this.#received = received;
    pipe.on('data', (bytes: Buffer) => {
      for (const item of this.#reader.read(bytes)) this.#take(item);
    });
    pipe.once('close', () => {
      this.#isClosed = true;
      const rest = this.#reader.end();
      if (rest.length > 0) this.#take(rest);
      this.#endCell();
    });
    pipe.pause();
  }

  /** What the next cell prints and displays: bytes, and `Displayed`. It ends with `end`, or with the interpreter. */
  open(): Readable {
    const cell = new Readable({ objectMode: true, highWaterMark: MAX_ITEMS, read: () => this.#resume(cell) });
    cell.on('error', () => undefined);
    // Nobody wants what comes now; it has to be read all the same, to find its end.
    cell.once('close', () => this.#resume(cell));
    this.#cell = cell;
    const early = this.#early;
    this.#early = [];
    for (const item of early) this.#take(item);
    if (this.#isClosed) this.#endCell();
    return cell;
  }

  /** The interpreter has ended: what no cell reads is nobody's. */
  abandon(): void {
    if (this.#cell === null) this.#pipe.destroy();
  }

  /** The cell has printed its last. */
  end(): void {
    this.#pipe.pause();
    this.#endCell();
  }

  #resume(cell: Readable): void {
    if (cell === this.#cell) this.#pipe.resume();
  }

  #endCell(): void {
    const cell = this.#cell;
    this.#cell = null;
    if (cell !== null && !cell.destroyed) cell.push(null);
  }

  #take(item: Buffer | ReceivedMessage): void {
    if (this.#cell === null) {
      if (!this.#isClosed) this.#early.push(item);
      return;
    }
    if (item instanceof Uint8Array) {
      this.#push(item);
    } else if (item.message.type === 'display') {
      const { text, parts, isResult } = item.message;
      this.#push({ text, display: { parts, isResult } });
    } else {
      this.#received(item);
    }
  }

  #push(item: Buffer | Displayed): void {
    const cell = this.#cell;
    if (cell !== null && !cell.destroyed && !cell.push(item)) this.#pipe.pause();
  }
}

/** Reads of a pipe, up to 64 KiB each, that may wait to be taken. */
const MAX_ITEMS = 4;
