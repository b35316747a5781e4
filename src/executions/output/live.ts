import { TAIL_BYTES } from '../../bounds.ts';
import type { Retry } from '../retry.ts';
import type { ChunkRange, Store } from '../store.ts';
import { type Chunk, chunkBytes } from './chunk.ts';
import { type OutputSlice, sliceOf } from './slice.ts';

/** With a store whose writes are expensive: how far two batches are apart, and how long one is gathered after a quiet time. */
const BATCH_MS = 200;
const SOON_MS = 50;
const BATCH_BYTES = 64 * 1024;

/**
 * The output of one execution that this process owns: a queue between the runner and the store whose tail viewers
 * read along the way.
 *
 * A chunk is received (in memory), then stored, and may be dropped from memory once it is stored and `TAIL_BYTES` newer
 * text is there. It is visible when stored, or at once where storing is expensive (`writesThrough`): the runner's
 * numbers make storing it again later the same.
 */
export class LiveOutput {
  readonly #executionId: string;
  readonly #store: Store;
  readonly #retry: Retry;
  readonly #budget: UnstoredBudget;
  readonly #changed: () => void;

  /** Contiguous; the first one's number is `#firstSeq`. Everything not yet stored is in here. */
  #chunks: Chunk[] = [];
  #sizes: number[] = [];
  #heldBytes = 0;
  #firstSeq: number;
  #storedSeq: number;
  #bytes: number;
  #unstoredBytes = 0;
  #writing: Promise<void> | null = null;
  #writeNow: (() => void) | null = null;
  #flushing = false;
  /** When the last batch was gathered, by the monotonic clock. */
  #gatheredAt = Number.NEGATIVE_INFINITY;
  /** What was read since the last change of what is visible, by range. */
  #slices = new Map<string, OutputSlice>();
  #slicedUpTo = 0;

  /**
   * @param stored what the store holds already: zeros for a new execution, more after an adoption
   * @param changed called when there is more to see
   */
  constructor(
    executionId: string,
    stored: { lastSeq: number; bytes: number },
    options: { store: Store; retry: Retry; budget: UnstoredBudget; changed: () => void },
  ) {
    this.#executionId = executionId;
    this.#firstSeq = stored.lastSeq + 1;
    this.#storedSeq = stored.lastSeq;
    this.#bytes = stored.bytes;
    this.#store = options.store;
    this.#retry = options.retry;
    this.#budget = options.budget;
    this.#changed = options.changed;
  }

  /** Number of the last chunk received. */
  get lastSeq(): number {
    return this.#firstSeq + this.#chunks.length - 1;
  }

  /** Number of the last chunk that the store holds. */
  get storedSeq(): number {
    return this.#storedSeq;
  }

  /** Number of the last chunk that viewers may see. */
  get visibleSeq(): number {
    return this.#store.writesThrough ? this.#storedSeq : this.lastSeq;
  }

  /** UTF-8 bytes of all text received. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes chunks over from the runner; those received before (after an adoption) are skipped.
   * Returns a promise when the runner should wait before it hands out more.
   * @throws Error when a number is missing: the runner broke its promise
   */
  append(chunks: readonly Chunk[]): Promise<void> | undefined {
    for (const chunk of chunks) {
      if (chunk.seq <= this.lastSeq) continue;
      if (chunk.seq !== this.lastSeq + 1) {
        throw new Error(
          `execution ${this.#executionId}: expected chunk ${this.lastSeq + 1}, got ${chunk.seq}`,
        );
      }
      const size = chunkBytes(chunk);
      this.#chunks.push(chunk);
      this.#sizes.push(size);
      this.#heldBytes += size;
      this.#bytes += Buffer.byteLength(chunk.text);
      this.#unstoredBytes += size;
      this.#budget.add(size);
    }
    if (this.#storedSeq < this.lastSeq) this.#startWriting();
    if (this.#unstoredBytes >= BATCH_BYTES) this.#writeNow?.();
    if (!this.#store.writesThrough) this.#changed();
    return this.#budget.room();
  }

  /** Null when the range begins before what is in memory: the store has it. */
  read(range: ChunkRange): OutputSlice | null {
    if (range.after + 1 < this.#firstSeq) return null;
    const upTo = this.visibleSeq;
    if (this.#slicedUpTo !== upTo || this.#slices.size >= SLICES) this.#slices.clear();
    this.#slicedUpTo = upTo;
    // Viewers that are up to date all read the same range, and are given the same array.
    const key = `${range.after} ${range.limit} ${range.maxBytes}`;
    const known = this.#slices.get(key);
    if (known) return known;
    const from = range.after + 1 - this.#firstSeq;
    const slice = sliceOf(this.#chunks, from, upTo - this.#firstSeq + 1, range);
    this.#slices.set(key, slice);
    return slice;
  }

  /** Resolves when everything received is stored. Waits as long as the store is away, or rejects when it is given up. */
  async flush(): Promise<void> {
    this.#flushing = true;
    try {
      while (this.#storedSeq < this.lastSeq) {
        const writing = this.#startWriting();
        this.#writeNow?.();
        await writing;
      }
    } finally {
      this.#flushing = false;
    }
  }

  /** Releases the budget of what is still unstored; for a run whose end could not be stored. */
  release(): void {
    this.#budget.remove(this.#unstoredBytes);
    this.#unstoredBytes = 0;
  }

  /** Only when something is unstored: a write that ends at once would stay the one under way. */
  #startWriting(): Promise<void> {
    this.#writing ??= this.#write();
    // Whoever flushes sees the failure; until then it must not count as unhandled.
    this.#writing.catch(() => {});
    return this.#writing;
  }

  async #write(): Promise<void> {
    try {
      while (this.#storedSeq < this.lastSeq) {
        if (!this.#store.writesThrough) await this.#gather();
        const from = this.#storedSeq + 1 - this.#firstSeq;
        const chunks = this.#chunks.slice(from, from + BATCH_CHUNKS);
        await this.#retry(() => this.#store.appendChunks([{ executionId: this.#executionId, chunks }]));
        this.#markStored(chunks.length);
        this.#changed();
      }
    } finally {
      this.#writing = null;
    }
  }

  #gather(): Promise<void> {
    if (this.#flushing || this.#unstoredBytes >= BATCH_BYTES) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = () => {
        this.#writeNow = null;
        clearTimeout(timer);
        this.#gatheredAt = performance.now();
        resolve();
      };
      const sinceLast = performance.now() - this.#gatheredAt;
      const timer = setTimeout(settle, Math.max(SOON_MS, BATCH_MS - sinceLast));
      this.#writeNow = settle;
    });
  }

  #markStored(count: number): void {
    const from = this.#storedSeq + 1 - this.#firstSeq;
    const bytes = sum(this.#sizes, from, from + count);
    this.#storedSeq += count;
    this.#unstoredBytes -= bytes;
    this.#budget.remove(bytes);
    this.#dropOld();
  }

  #dropOld(): void {
    let drop = 0;
    let held = this.#heldBytes;
    while (this.#firstSeq + drop <= this.#storedSeq && held - (this.#sizes[drop] ?? 0) >= TAIL_BYTES) {
      held -= this.#sizes[drop] ?? 0;
      drop++;
    }
    if (drop === 0) return;
    this.#chunks.splice(0, drop);
    this.#sizes.splice(0, drop);
    this.#firstSeq += drop;
    this.#heldBytes = held;
  }
}

/** Chunks in one write: at `CHUNK_BYTES` each some 4 MiB, a write of a few milliseconds. */
const BATCH_CHUNKS = 256;

/** Ranges that are remembered at once; viewers are at few different places within what is in memory. */
const SLICES = 32;

function sum(sizes: readonly number[], from: number, to: number): number {
  let total = 0;
  for (let index = from; index < to; index++) total += sizes[index] ?? 0;
  return total;
}

/**
 * Counts the bytes of text that wait in memory to be stored, over all executions. It never refuses: whoever adds
 * above the bound has to wait before it adds more.
 */
export class UnstoredBudget {
  readonly #bound: number;
  #bytes = 0;
  #waiting: (() => void)[] = [];

  /** @param bound bytes */
  constructor(bound: number) {
    this.#bound = bound;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  remove(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes >= this.#bound) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  /** Undefined when there is room, else a promise that resolves when there is. */
  room(): Promise<void> | undefined {
    if (this.#bytes < this.#bound) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
