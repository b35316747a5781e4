import { ANSWERS_BYTES } from '../bounds.ts';
import type { Caller } from '../executions/caller.ts';
import { UnavailableError } from '../executions/errors.ts';

/** Answers up to this size, bytes, are never refused: connections and operations bound how many there are. */
const SMALL_BYTES = 64 * 1024;

/**
 * Counts the bytes of answers that are being made or were not read yet, of all callers together, so that clients who ask
 * for much and read nothing cannot fill the memory. One caller may have half of them: there is room for the others.
 */
export class AnswerBudget {
  readonly #max: number;
  readonly #byCaller = new Map<Caller | null, number>();
  #total = 0;

  /** @param max bytes */
  constructor(max = ANSWERS_BYTES) {
    this.#max = max;
  }

  /** Bytes of all answers under way. */
  get bytes(): number {
    return this.#total;
  }

  /** An answer that nothing is counted for yet. */
  open(caller: Caller | null): Answer {
    return new Answer((bytes, before) => this.#change(caller, bytes, before));
  }

  #change(caller: Caller | null, bytes: number, before: number): void {
    const total = this.#total + bytes - before;
    const own = (this.#byCaller.get(caller) ?? 0) + bytes - before;
    if (bytes > before && bytes > SMALL_BYTES && (total > this.#max || own > this.#max / 2)) {
      throw new UnavailableError(
        `Expected answers under way of at most ${this.#max} bytes, and of at most ${this.#max / 2} for one caller, ` +
          `got ${bytes} more with this one. Read what was asked for before, then try again, or ask for smaller pages.`,
      );
    }
    this.#total = total;
    if (own === 0) this.#byCaller.delete(caller);
    else this.#byCaller.set(caller, own);
  }
}

/** What one answer counts, from when its parts are loaded until it has been read or its reader has gone. */
export class Answer {
  readonly #change: (bytes: number, before: number) => void;
  #bytes = 0;

  constructor(change: (bytes: number, before: number) => void) {
    this.#change = change;
  }

  /** Counts so many bytes more. @throws UnavailableError when too much is under way */
  add(bytes: number): void {
    this.set(this.#bytes + bytes);
  }

  /** Counts so many bytes. @throws UnavailableError when too much is under way; it then counts what it did */
  set(bytes: number): void {
    this.#change(bytes, this.#bytes);
    this.#bytes = bytes;
  }

  /** It counts nothing any more. Releasing twice is harmless. */
  release(): void {
    this.set(0);
  }
}

/** Bytes that may be held at once: of all holders together, and of each of them. */
export interface ByteBudgetOptions {
  readonly max: number;
  readonly maxPerHolder: number;
}

/** Counts the bytes that are held in memory for others, so that they are bounded by more than the number of connections. */
export class ByteBudget {
  readonly #options: ByteBudgetOptions;
  readonly #held = new Map<string, number>();
  #total = 0;

  constructor(options: ByteBudgetOptions) {
    this.#options = options;
  }

  /** Bytes held by all together. */
  get total(): number {
    return this.#total;
  }

  /** Whether the holder may hold that many bytes more; if so they count until `release`. */
  acquire(holder: string, bytes: number): boolean {
    const held = (this.#held.get(holder) ?? 0) + bytes;
    if (held > this.#options.maxPerHolder || this.#total + bytes > this.#options.max) return false;
    this.#held.set(holder, held);
    this.#total += bytes;
    return true;
  }

  /** Gives back what was acquired. */
  release(holder: string, bytes: number): void {
    const held = (this.#held.get(holder) ?? 0) - bytes;
    this.#total -= bytes;
    if (held > 0) this.#held.set(holder, held);
    else this.#held.delete(holder);
  }
}
