import { createReadStream, fstatSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../errors.ts';

/** Whether someone gave this process a stdin to read: a pipe, a file or a socket; no terminal and no /dev/null. */
export function isPiped(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return stats.isFIFO() || stats.isFile() || stats.isSocket();
  } catch {
    return false;
  }
}

/**
 * Reads a descriptor to its end.
 * @param name what it is, for errors: `stdin`
 * @param limit bytes it may have
 * @throws CommandError when it is longer, or is no UTF-8
 */
export async function readText(descriptor: number, name: string, limit: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of createReadStream('', { fd: descriptor, autoClose: false })) {
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > limit) {
      throw new CommandError(`${name} may have at most ${limit} bytes, got more.`);
    }
    parts.push(part);
  }
  return decodeText(Buffer.concat(parts), name);
}

/** @throws CommandError when the bytes are no UTF-8; programs and their stdin travel as text */
export function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CommandError(`${name} must be UTF-8 text, got bytes that are not.`);
  }
}

/** A descriptor that is read piece by piece, up to its end. */
export class StdinReader {
  readonly #iterator: AsyncIterator<unknown>;
  /** Asked for and not taken yet: it stays the next one, whoever waited for it. */
  #next: Promise<Buffer | null> | null = null;
  readonly #read: Buffer[] = [];
  #hasEnded = false;

  constructor(source: AsyncIterable<unknown>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  static open(descriptor: number): StdinReader {
    return new StdinReader(openDescriptor(descriptor));
  }

  /**
   * What comes within `ms` milliseconds, but no more than some `limit` bytes; the rest comes as pieces. Null when the end
   * has not come by then: all comes as pieces.
   */
  async whole(ms: number, limit: number): Promise<Buffer | null> {
    const timeout = sleep(ms, null, { ref: false });
    let bytes = 0;
    while (bytes <= limit) {
      const piece = await Promise.race([this.#peek(), timeout]);
      if (piece === null) break;
      this.#next = null;
      bytes += piece.length;
      this.#read.push(piece);
    }
    return this.#hasEnded ? Buffer.concat(this.#read) : null;
  }

  /** Every byte from the first on, in pieces. To be called once. */
  async *pieces(): AsyncGenerator<Buffer, void, undefined> {
    yield* this.#read;
    for (;;) {
      const piece = await this.#peek();
      if (piece === null) return;
      this.#next = null;
      yield piece;
    }
  }

  /** The next piece, null at the end; taken by setting `#next` to null. */
  #peek(): Promise<Buffer | null> {
    if (this.#next === null) {
      this.#next = this.#advance();
      // Whoever takes it is told.
      this.#next.catch(() => undefined);
    }
    return this.#next;
  }

  async #advance(): Promise<Buffer | null> {
    const { done, value } = await this.#iterator.next();
    this.#hasEnded ||= done === true;
    return Buffer.isBuffer(value) ? value : null;
  }
}

/** Terminals and pipes are not read by a thread, which would keep this process from its exit until something comes. */
export function openDescriptor(descriptor: number): NodeJS.ReadableStream {
  return descriptor === 0 ? process.stdin : createReadStream('', { fd: descriptor, autoClose: false });
}
