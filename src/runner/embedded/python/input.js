/**
 * What reaches a program while it runs: its stdin where that stays open, and interrupts.
 *
 * An open stdin comes in frames, each a byte with its kind, three with its length (big-endian) and so many bytes; the end
 * of the stream is the end of stdin. A frame of stdin of length 0 is no input: it wakes a read that waits, because there is an
 * interrupt. Where the interpreter runs cells (cells.js) their stdin ends with a frame of its own, and they are frames too.
 */

const HEADER_BYTES = 4;
const MAX_FRAME_BYTES = 0xffffff;
/** Kinds of frames; any other ends the stdin of a cell. */
const STDIN = 0;
const CELL = 2;
const CHANGE = 3;
/** Linux's number, which CPython is given. */
const SIGINT = 2;

/** Opens the file that grows by a byte with each interrupt. It is read, because its size may not be asked for later. */
export function openInterrupts(path) {
  const file = Deno.openSync(path);
  const bytes = new Uint8Array(64);
  let isPending = false;
  let count = 0;
  const hasMore = () => {
    const more = file.readSync(bytes);
    count += more ?? 0;
    isPending ||= more !== null;
    return isPending;
  };
  return {
    hasMore,
    /** Forgets the first `number` interrupts, which were of cells that have ended. */
    drop(number) {
      while (
        count < number &&
        file.readSync(bytes.subarray(0, Math.min(bytes.length, number - count))) !== null
      ) {
        count = number;
      }
      isPending = false;
    },
    /** The signal to raise; 0 when no interrupt has come since the last call. */
    take() {
      if (!hasMore()) return 0;
      isPending = false;
      return SIGINT;
    },
  };
}

/** Thrown by a read that was woken. */
export class InterruptedRead extends Error {}

/** Stdin in frames, read as a file of Deno's is. */
export class FramedStdin {
  /** Of the frame under way; null between two. */
  #kind = null;
  #left = 0;
  #header = new Uint8Array(HEADER_BYTES);
  #headerBytes = 0;
  #changed;

  /** @param changed called with what a frame says of a file, where cells are run */
  constructor(changed = () => undefined) {
    this.#changed = changed;
  }

  /** Null at the end. @throws InterruptedRead */
  readSync(view) {
    if (this.#kind === null && !this.#readHeader()) return null;
    if (this.#kind !== STDIN) return null;
    if (this.#left === 0) {
      this.#kind = null;
      throw new InterruptedRead();
    }
    const count = Deno.stdin.readSync(view.subarray(0, Math.min(view.length, this.#left)));
    if (count !== null) this.#left -= count;
    if (this.#left === 0) this.#kind = null;
    return count;
  }

  /** The next cell, as it was sent; what was not read of the stdin of the one before is dropped. Null at the end. */
  nextCell() {
    for (;;) {
      if (this.#kind === null && !this.#readHeader()) return null;
      const bytes = new Uint8Array(this.#left);
      for (let filled = 0; filled < bytes.length; ) {
        const count = Deno.stdin.readSync(bytes.subarray(filled));
        if (count === null) return null;
        filled += count;
      }
      const kind = this.#kind;
      this.#kind = null;
      if (kind === CHANGE) this.#changed(bytes);
      if (kind === CELL) return new TextDecoder().decode(bytes);
    }
  }

  /** False at the end. What was read of a header is kept when a read fails. */
  #readHeader() {
    while (this.#headerBytes < HEADER_BYTES) {
      const count = Deno.stdin.readSync(this.#header.subarray(this.#headerBytes));
      if (count === null) return false;
      this.#headerBytes += count;
    }
    this.#headerBytes = 0;
    this.#kind = this.#header[0];
    this.#left = new DataView(this.#header.buffer).getUint32(0) & MAX_FRAME_BYTES;
    return true;
  }
}
