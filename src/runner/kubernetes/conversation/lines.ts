import { isUtf8 } from 'node:buffer';

const NEWLINE = 0x0a;
/** Bytes of a line: frames are less than 16,000. */
export const LINE_BYTES = 16 * 1024;

/**
 * Parts bytes into lines, one at a time as they are asked for, so that whoever reads can stop between two. Holds the
 * bytes that were not asked for yet.
 */
export class Lines {
  #queue: Buffer[] = [];
  /** Bytes of the queue's first buffer that are used up. */
  #offset = 0;
  #partial: Buffer | null = null;
  #partialBytes = 0;
  #isTooLong = false;
  #heldBytes = 0;
  #consumed = 0;

  /** Bytes pushed and not yet looked at. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Bytes looked at, over all time. */
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

  /** Forgets everything that was pushed. */
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

  /** Keeps the beginning of a line, copied: a part may be a small piece of a great buffer. */
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
