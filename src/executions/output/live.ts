import { TAIL_BYTES } from '../../bounds.ts';
import type { Chunk } from '../execution.ts';
import type { Retry } from '../retry.ts';
import type { ChunkRange, Store } from '../store.ts';
import type { UnstoredBudget } from './budget.ts';
import { type OutputSlice, sliceOf } from './slice.ts';

/** With a store whose writes are dear: how far two batches are apart, and how long one is gathered after a quiet time. */
const BATCH_MS = 200;
const SOON_MS = 50;
const BATCH_BYTES = 64 * 1024;

/**
 * The output of one execution that this process drives: a queue between the runner and the store whose tail viewers
 * read along the way.
 *
 * A chunk is received (in memory), then stored, and may be dropped from memory once it is stored and `TAIL_BYTES` newer
 * text is there. It is visible when stored, or at once where storing is dear (`storesBeforeShowing`): the runner's
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
  #hurry: (() => void) | null = null;
  #flushing = false;
  /** When the last batch was gathered, by the monotonic clock. */
  #gatheredAt = Number.NEGATIVE_INFINITY;
  #lastSlice: { range: ChunkRange; upTo: number; slice: OutputSlice } | null = null;

  /**
   * @param stored what the store holds already: zeros for a new execution, more after a takeover
   * @param changed called when there is more to see
   */
  constructor(
    executionId: string,
    stored: { lastSeq: number; bytes: number },
    deps: { store: Store; retry: Retry; budget: UnstoredBudget; changed: () => void },
  ) {
    this.#executionId = executionId;
    this.#firstSeq = stored.lastSeq + 1;
    this.#storedSeq = stored.lastSeq;
    this.#bytes = stored.bytes;
    this.#store = deps.store;
    this.#retry = deps.retry;
    this.#budget = deps.budget;
    this.#changed = deps.changed;
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
    return this.#store.storesBeforeShowing ? this.#storedSeq : this.lastSeq;
  }

  /** UTF-8 bytes of all text received. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes chunks over from the runner; those received before (after a takeover) are passed over.
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
      const size = Buffer.byteLength(chunk.text);
      this.#chunks.push(chunk);
      this.#sizes.push(size);
      this.#heldBytes += size;
      this.#bytes += size;
      this.#unstoredBytes += size;
      this.#budget.add(size);
    }
    if (this.#storedSeq < this.lastSeq) this.#startWriting();
    if (this.#unstoredBytes >= BATCH_BYTES) this.#hurry?.();
    if (!this.#store.storesBeforeShowing) this.#changed();
    return this.#budget.room();
  }

  /** Null when the range begins before what is in memory: the store has it. */
  read(range: ChunkRange): OutputSlice | null {
    if (range.after + 1 < this.#firstSeq) return null;
    const upTo = this.visibleSeq;
    const last = this.#lastSlice;
    // Viewers that are up to date all ask for the same range.
    if (last && last.upTo === upTo && isSame(last.range, range)) return last.slice;
    const from = range.after + 1 - this.#firstSeq;
    const slice = sliceOf(this.#chunks, from, upTo - this.#firstSeq + 1, range);
    this.#lastSlice = { range, upTo, slice };
    return slice;
  }

  /** Resolves when everything received is stored. Waits as long as the store is away, or rejects when it is given up. */
  async flush(): Promise<void> {
    this.#flushing = true;
    try {
      while (this.#storedSeq < this.lastSeq) {
        const writing = this.#startWriting();
        this.#hurry?.();
        await writing;
      }
    } finally {
      this.#flushing = false;
    }
  }

  /** Gives back what is still counted as unstored; for a run whose end could not be stored. */
  abandon(): void {
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
        if (!this.#store.storesBeforeShowing) await this.#gather();
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
        this.#hurry = null;
        clearTimeout(timer);
        this.#gatheredAt = performance.now();
        resolve();
      };
      const sinceLast = performance.now() - this.#gatheredAt;
      const timer = setTimeout(settle, Math.max(SOON_MS, BATCH_MS - sinceLast));
      this.#hurry = settle;
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

function isSame(one: ChunkRange, other: ChunkRange): boolean {
  return one.after === other.after && one.limit === other.limit && one.maxBytes === other.maxBytes;
}

function sum(sizes: readonly number[], from: number, to: number): number {
  let total = 0;
  for (let index = from; index < to; index++) total += sizes[index] ?? 0;
  return total;
}
