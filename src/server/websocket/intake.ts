import { ANONYMOUS_BYTES } from '../../bounds.ts';
import type { ByteBudget } from '../budgets.ts';

/**
 * What one WebSocket has sent and holds in memory. Until its client is known that is a few KiB in all; afterwards what
 * waits for the rest of a message, and messages being worked on, count against the budget of all.
 */
export class Intake {
  readonly #budget: ByteBudget;
  readonly #messageMs: number;
  readonly #frames = new FrameReader();
  /** Null while nobody is known. */
  #holder: string | null = null;
  #anonymousBytes = 0;
  /** When the message began that is not whole yet; 0 while there is none. */
  #begunAt = 0;
  #held = 0;
  #working = 0;

  /** @param messageMs how long a message may take to arrive, milliseconds */
  constructor(budget: ByteBudget, messageMs: number) {
    this.#budget = budget;
    this.#messageMs = messageMs;
  }

  get isAnonymous(): boolean {
    return this.#holder === null;
  }

  /** Whether its client has begun a message that it does not get to the end of. */
  isStuck(now: number): boolean {
    return this.#begunAt > 0 && now - this.#begunAt > this.#messageMs;
  }

  /** From now on the bytes are those of this caller. */
  acknowledge(holder: string): void {
    this.#holder = holder;
  }

  /** Counts what has arrived. Returns whether it may be kept. */
  receive(chunk: Buffer): boolean {
    const { messages } = this.#frames;
    this.#frames.read(chunk);
    if (this.#frames.pending === 0) this.#begunAt = 0;
    else if (this.#begunAt === 0 || this.#frames.messages > messages) this.#begunAt = performance.now();
    if (this.#holder === null) {
      this.#anonymousBytes += chunk.length;
      return this.#anonymousBytes <= ANONYMOUS_BYTES;
    }
    return this.#hold(this.#frames.pending + this.#working);
  }

  /** A message of that many bytes is being worked on; the function that is returned says that it no longer is. */
  work(bytes: number): () => void {
    // It was counted as it came; small ones are bounded by how many operations a socket may have.
    if (bytes < LARGE_BYTES) return () => {};
    this.#working += bytes;
    this.#hold(this.#frames.pending + this.#working);
    return () => {
      this.#working -= bytes;
      this.#hold(this.#frames.pending + this.#working);
    };
  }

  /** The socket is gone, and what it held with it. */
  release(): void {
    this.#hold(0);
    this.#holder = null;
    this.#anonymousBytes = Number.POSITIVE_INFINITY;
  }

  #hold(bytes: number): boolean {
    if (this.#holder === null) return true;
    const more = bytes - this.#held;
    if (more > 0 && !this.#budget.acquire(this.#holder, more)) return false;
    if (more < 0) this.#budget.release(this.#holder, -more);
    this.#held = bytes;
    return true;
  }
}

/** From that many bytes on a message counts as long as it is worked on. */
const LARGE_BYTES = 64 * 1024;

/** What a piece of a message takes in memory beside its bytes: a Buffer of its own. */
const PIECE_BYTES = 128;

/**
 * Follows the frames (RFC 6455, 5.2) that one client sends, to know how much of an unfinished message waits in memory. `ws`
 * bounds a message, not what all sockets together hold, and cannot be asked. Payloads are skipped, not read. What is no
 * frame `ws` finds out, and closes the socket. Small, because there may be thousands.
 */
export class FrameReader {
  /** Bytes of the message that is not whole yet, as it takes memory. */
  pending = 0;
  /** Messages that were whole. */
  messages = 0;
  /** Final bit and opcode. */
  #first = 0;
  /** Bytes of the header that are there, and how many it has: two at the least, which say the rest. */
  #headerBytes = 0;
  #headerLength = 2;
  /** Bytes of the length, which stands behind the first two, when it is longer than they can say. */
  #lengthBytes = 0;
  /** Bytes of the payload that are still to come. */
  #missing = 0;

  read(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#headerBytes < this.#headerLength) {
        this.#readHeader(chunk[at] ?? 0);
        at++;
        if (this.#headerBytes < this.#headerLength || this.#missing > 0) continue;
        this.#count(0);
      } else {
        const bytes = Math.min(this.#missing, chunk.length - at);
        at += bytes;
        this.#missing -= bytes;
        this.#count(bytes);
      }
    }
  }

  #readHeader(byte: number): void {
    const index = this.#headerBytes++;
    if (index === 0) {
      this.#first = byte;
    } else if (index === 1) {
      const size = byte & 0x7f;
      this.#lengthBytes = size === 126 ? 2 : size === 127 ? 8 : 0;
      this.#missing = this.#lengthBytes === 0 ? size : 0;
      this.#headerLength = 2 + this.#lengthBytes + ((byte & 0x80) === 0 ? 0 : MASK_BYTES);
    } else if (index < 2 + this.#lengthBytes) {
      this.#missing = this.#missing * 256 + byte;
    }
  }

  /** A piece of the payload has come; with its last one the frame is whole. */
  #count(bytes: number): void {
    const isControl = (this.#first & 0x08) !== 0;
    if (!isControl) this.pending += bytes + PIECE_BYTES;
    if (this.#missing > 0) return;
    this.#headerBytes = 0;
    this.#headerLength = 2;
    const isFinal = (this.#first & 0x80) !== 0;
    if (!isFinal || isControl) return;
    this.pending = 0;
    this.messages++;
  }
}

const MASK_BYTES = 4;
