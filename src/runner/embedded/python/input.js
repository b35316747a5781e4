/**
 * What reaches a program while it runs: its stdin where that stays open, and interrupts.
 *
 * An open stdin comes in frames, each four bytes with its length (unsigned, big-endian) and so many bytes; the end of the
 * stream is the end of stdin. A frame of length 0 is no input: it wakes a read that waits, because there is an interrupt.
 */

const HEADER_BYTES = 4;
/** Linux's number, which CPython is given. */
const SIGINT = 2;

/** Opens the file that grows by a byte with each interrupt. It is read, because its size may not be asked for later. */
export function openInterrupts(path) {
  const file = Deno.openSync(path);
  const bytes = new Uint8Array(64);
  let isPending = false;
  const hasMore = () => {
    isPending ||= file.readSync(bytes) !== null;
    return isPending;
  };
  return {
    hasMore,
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
  #left = 0;
  #header = new Uint8Array(HEADER_BYTES);
  #headerBytes = 0;

  /** Null at the end. @throws InterruptedRead */
  readSync(view) {
    if (this.#left === 0) {
      if (!this.#readHeader()) return null;
      this.#left = new DataView(this.#header.buffer).getUint32(0);
      if (this.#left === 0) throw new InterruptedRead();
    }
    const count = Deno.stdin.readSync(view.subarray(0, Math.min(view.length, this.#left)));
    if (count !== null) this.#left -= count;
    return count;
  }

  /** False at the end. What was read of a header is kept when a read fails. */
  #readHeader() {
    while (this.#headerBytes < HEADER_BYTES) {
      const count = Deno.stdin.readSync(this.#header.subarray(this.#headerBytes));
      if (count === null) return false;
      this.#headerBytes += count;
    }
    this.#headerBytes = 0;
    return true;
  }
}
