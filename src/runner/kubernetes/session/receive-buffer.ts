import { isUtf8 } from 'node:buffer';

const MiB = 1024 * 1024;
const NEWLINE = 0x0a;
/** Bytes of a line: frames are less than 16,000. */
export const LINE_BYTES = 16 * 1024;
/** Bytes of a stream that does not heed `pause`, held before another is opened in its place. */
const HELD_BYTES = 8 * MiB;

/**
 * Parts bytes into lines, one at a time as they are requested, so that the reader can stop between two. Holds the bytes
 * that were not requested yet.
 */
export class ReceiveBuffer {
  #queue: Buffer[] = [];
  /** Bytes of the queue's first buffer that are used up. */
  #offset = 0;
  #partial: Buffer | null = null;
  #partialBytes = 0;
  #isTooLong = false;
  #heldBytes = 0;
  #consumed = 0;

  /** Bytes pushed and not yet read. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Whether more is held than a stream sends that heeds `pause`. */
  get isFull(): boolean {
    return this.#heldBytes > HELD_BYTES;
  }

  /** Bytes read, over all time. */
  get consumed(): number {
    return this.#consumed;
  }

  push(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#heldBytes += bytes.length;
  }

  /**
   * The next whole line without its end; '' also stands for one that is longer than `LINE_BYTES` or no UTF-8, which no
   * frame is either. Null when there is none yet.
   */
  next(): string | null {
    for (let bytes = this.#queue[0]; bytes !== undefined; bytes = this.#queue[0]) {
      const end = bytes.indexOf(NEWLINE, this.#offset);
      if (end !== -1) {
        const line = this.#complete(bytes.subarray(this.#offset, end));
        this.#consume(end + 1 - this.#offset);
        this.#offset = end + 1;
        if (this.#offset === bytes.length) this.#shift();
        return line;
      }
      this.#hold(bytes.subarray(this.#offset));
      this.#consume(bytes.length - this.#offset);
      this.#shift();
    }
    return null;
  }

  /** Drops everything that was pushed: the next byte begins a line. */
  clear(): void {
    this.#queue = [];
    this.#offset = 0;
    this.#partial = null;
    this.#partialBytes = 0;
    this.#isTooLong = false;
    this.#heldBytes = 0;
  }

  #consume(bytes: number): void {
    this.#consumed += bytes;
    this.#heldBytes -= bytes;
  }

  #shift(): void {
    this.#queue.shift();
    this.#offset = 0;
  }

  /** Keeps the beginning of a line, copied: a part may be a small piece of a large buffer. */
  #hold(part: Buffer): void {
    if (this.#isTooLong || this.#partialBytes + part.length > LINE_BYTES) {
      this.#isTooLong = true;
      return;
    }
    this.#partial ??= Buffer.allocUnsafeSlow(LINE_BYTES);
    part.copy(this.#partial, this.#partialBytes);
    this.#partialBytes += part.length;
  }

  #complete(rest: Buffer): string {
    if (this.#partialBytes === 0 && !this.#isTooLong) return rest.length > LINE_BYTES ? '' : decode(rest);
    this.#hold(rest);
    const line =
      this.#isTooLong || !this.#partial ? '' : decode(this.#partial.subarray(0, this.#partialBytes));
    this.#partial = null;
    this.#partialBytes = 0;
    this.#isTooLong = false;
    return line;
  }
}

function decode(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : '';
}

/** Bytes of no use that a launcher may send; more than it holds, which two servers at once may have it repeat. */
const MAX_USELESS_BYTES = 32 * MiB;
/** How fast they are forgiven: bytes a second, and for each byte of use. */
const FORGIVEN_PER_SECOND = 64 * 1024;
const FORGIVEN_PER_BYTE = 4;
/** What a line of no use costs at least: to read it takes time, however short it is. */
const MIN_LINE_BYTES = 256;

/** How much a launcher may send that is of no use: junk, repeats, responses to no probe. A leaky bucket. */
export class AbuseBudget {
  #bytes = 0;
  #at: number | null = null;

  useful(bytes: number): void {
    this.#bytes = Math.max(0, this.#bytes - bytes * FORGIVEN_PER_BYTE);
  }

  /**
   * Counts bytes of no use. False when the budget is exceeded.
   * @param isLine whether they end a line
   * @param now milliseconds of a clock that never goes back
   */
  useless(bytes: number, isLine: boolean, now: number): boolean {
    const forgiven = this.#at === null ? 0 : ((now - this.#at) / 1000) * FORGIVEN_PER_SECOND;
    this.#at = now;
    const cost = isLine ? Math.max(bytes, MIN_LINE_BYTES) : bytes;
    this.#bytes = Math.max(0, this.#bytes - forgiven) + cost;
    return this.#bytes <= MAX_USELESS_BYTES;
  }
}
