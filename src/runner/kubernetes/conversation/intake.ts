import { Junk } from './junk.ts';
import { Lines } from './lines.ts';

/** Bytes of a stream that does not heed `pause`, held before it is given up for another. */
const HELD_BYTES = 8 * 1024 * 1024;

/** What a line that is of no use counts for at least: looking at it costs time, however short it is. */
const LEAST_BYTES = 256;

export interface IntakeOptions {
  /** Takes a line; false when it was of no use. */
  readonly line: (line: string) => boolean;
  /** Whether no line can be taken now. */
  readonly isWaiting: () => boolean;
  /** Bytes pile up though nobody takes lines. */
  readonly full: () => void;
  /** So much was of no use that nothing more is taken. */
  readonly flooded: () => void;
}

/** What comes over the streams of one pod, line by line as fast as it is taken, within bounds. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #lines = new Lines();
  readonly #junk = new Junk();
  #isClosed = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#lines.heldBytes === 0;
  }

  push(bytes: Buffer): void {
    if (this.#isClosed) return;
    this.#lines.push(bytes);
    if (this.#options.isWaiting() && this.#lines.heldBytes > HELD_BYTES) this.#options.full();
  }

  /** Gives lines until there is none, or they have to wait. */
  work(): void {
    const { line: take, isWaiting, flooded } = this.#options;
    while (!this.#isClosed && !isWaiting()) {
      const before = this.#lines.consumed;
      const line = this.#lines.next();
      const bytes = this.#lines.consumed - before;
      if (line !== null && take(line)) this.#junk.useful(bytes);
      else if (this.#junk.useless(Math.max(bytes, line === null ? 0 : LEAST_BYTES), performance.now()))
        flooded();
      if (line === null) return;
    }
  }

  /** The stream is gone: what it left unfinished is nothing. */
  clear(): void {
    this.#lines.clear();
  }

  /** Takes nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#lines.clear();
  }
}
