import { Interrupted } from '#cells/evaluate.js';

/** Kinds of frames, as in ../../../local/cells/frames.ts. */
const STDIN = 0;
const CELL = 2;
const CHANGE = 3;
const HEADER_BYTES = 4;
const READ_BYTES = 64 * 1024;

/**
 * The frames from the host: cells, and what each reads as its stdin. Between two cells they are read without holding up the
 * event loop, so that timers of the program go on; within one only the program reads.
 */
export class CellInput {
  #bytes = new Uint8Array();
  #buffer = new Uint8Array(READ_BYTES);
  /** Of the frame of stdin under way, the bytes that are left. */
  #left = 0;
  #hasEnded = false;
  /** `process.stdin` of the cell under way, once it has asked for it. */
  #nodeStdin = null;
  #changed;
  #read = Deno.stdin.read.bind(Deno.stdin);
  #readSync = Deno.stdin.readSync.bind(Deno.stdin);

  /** @param changed called with what a frame says of a file */
  constructor(changed) {
    this.#changed = changed;
  }

  /** The next cell; what was not read of the stdin of the one before is dropped. Null when the host has gone away. */
  async nextCell() {
    for (;;) {
      this.#drop();
      const frame = this.#frame();
      if (frame === null) {
        const count = await this.#read(this.#buffer);
        if (count === null) return null;
        this.#append(this.#buffer.subarray(0, count));
      } else if (frame.kind === CELL) {
        this.#hasEnded = false;
        this.#nodeStdin = null;
        return JSON.parse(new TextDecoder().decode(frame.bytes));
      } else if (frame.kind === CHANGE) {
        this.#changed(frame.bytes);
      }
    }
  }

  /** Puts the stdin of the cell where a program looks for it. */
  offer() {
    const { stdin } = Deno;
    const readSync = (view) => this.readSync(view);
    Object.defineProperties(stdin, {
      readSync: { value: readSync, configurable: true, writable: true },
      read: { value: async (view) => readSync(view), configurable: true, writable: true },
      readable: { get: () => this.#stream(), configurable: true },
    });
    const { Readable } = process.getBuiltinModule('node:stream');
    Object.defineProperty(process, 'stdin', {
      get: () => (this.#nodeStdin ??= Readable.fromWeb(this.#stream())),
      configurable: true,
    });
  }

  /** As of a file of Deno's: null at the end. @throws Interrupted when it was woken */
  readSync(view) {
    if (view.length === 0) return 0;
    while (this.#left === 0) {
      if (this.#hasEnded) return null;
      const kind = this.#bytes[0];
      if (this.#bytes.length >= HEADER_BYTES && kind === STDIN) {
        this.#left = lengthOf(this.#bytes);
        this.#bytes = this.#bytes.subarray(HEADER_BYTES);
        if (this.#left === 0) throw new Interrupted();
      } else if (this.#bytes.length >= HEADER_BYTES) {
        this.#hasEnded = true;
        return null;
      } else if (!this.#readMore()) {
        return null;
      }
    }
    if (this.#bytes.length === 0 && !this.#readMore()) return null;
    const count = Math.min(view.length, this.#left, this.#bytes.length);
    view.set(this.#bytes.subarray(0, count));
    this.#bytes = this.#bytes.subarray(count);
    this.#left -= count;
    return count;
  }

  /** A whole frame; null when more has to be read. */
  #frame() {
    if (this.#left > 0 || this.#bytes.length < HEADER_BYTES) return null;
    const end = HEADER_BYTES + lengthOf(this.#bytes);
    if (this.#bytes.length < end) return null;
    const frame = { kind: this.#bytes[0], bytes: this.#bytes.subarray(HEADER_BYTES, end) };
    this.#bytes = this.#bytes.subarray(end);
    return frame;
  }

  /** What is left of a frame of stdin. */
  #drop() {
    const count = Math.min(this.#left, this.#bytes.length);
    this.#left -= count;
    this.#bytes = this.#bytes.subarray(count);
  }

  #readMore() {
    const count = this.#readSync(this.#buffer);
    if (count === null) return false;
    this.#append(this.#buffer.subarray(0, count));
    return true;
  }

  #append(bytes) {
    const all = new Uint8Array(this.#bytes.length + bytes.length);
    all.set(this.#bytes);
    all.set(bytes, this.#bytes.length);
    this.#bytes = all;
  }

  #stream() {
    return new ReadableStream({
      type: 'bytes',
      pull: (controller) => {
        const view = new Uint8Array(READ_BYTES);
        const count = this.readSync(view);
        if (count === null) controller.close();
        else controller.enqueue(view.subarray(0, count));
      },
    });
  }
}

function lengthOf([, high, middle, low]) {
  return (high << 16) | (middle << 8) | low;
}
