import type { Execution } from '../execution.ts';
import type { Notifier } from '../notifier.ts';
import type { ChunkRange, Store } from '../store.ts';
import { type Chunk, chunkBytes } from './chunk.ts';
import type { OutputSlice } from './slice.ts';

/**
 * The store's reads for viewers of one execution. After a notification all want the same: at the same time, it is read
 * once. A read that was begun before the last notification is shared with nobody who came after it, since it may not have
 * seen what that was for. Those who catch up read the same pages one after the other: pages are kept for a moment.
 */
export class SharedReads implements Pick<Store, 'getExecution'> {
  readonly #store: Store;
  readonly #notifier: Notifier;
  readonly #pages = new ChunkPages();
  readonly #pending = new Map<string, Promise<unknown>>();

  constructor(store: Store, notifier: Notifier) {
    this.#store = store;
    this.#notifier = notifier;
  }

  getExecution(id: string): Promise<Execution | null> {
    return this.#once(`${id} ${this.#notifier.lastNotification(id)}`, () => this.#store.getExecution(id));
  }

  /** As the store's, and those who get the same chunks may get the same array. */
  readChunks(id: string, range: ChunkRange): Promise<readonly Chunk[]> {
    const page = this.#pages.find(id, range);
    if (page !== undefined) return Promise.resolve(page);
    const { after, limit, maxBytes } = range;
    const key = `${id} ${this.#notifier.lastNotification(id)} ${after} ${limit} ${maxBytes}`;
    return this.#once(key, async () => {
      const chunks = await this.#store.readChunks(id, range);
      this.#pages.add(id, range, chunks);
      return chunks;
    });
  }

  #once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const pending = this.#pending.get(key) as Promise<T> | undefined;
    if (pending) return pending;
    const made = read().finally(() => this.#pending.delete(key));
    this.#pending.set(key, made);
    return made;
  }
}

/** UTF-8 bytes of text that all pages hold together, and how many pages of any size. */
const PAGES_BYTES = 8 * 1024 * 1024;
const PAGES = 1024;
/** Pages that were not read in this time are dropped, milliseconds: removed outputs do not stay. */
const IDLE_MS = 5000;

interface Page {
  readonly executionId: string;
  readonly after: number;
  readonly chunks: OutputSlice;
  readonly bytes: number;
}

/**
 * Pages of outputs that were read from the store a moment ago, for viewers who catch up and read the same ones. Chunks
 * never change, so a page stays right; one that could be longer by now is not given. The least recently used go first.
 */
export class ChunkPages {
  readonly #pages = new Map<string, Page>();
  #bytes = 0;
  #used = false;
  #timer: NodeJS.Timeout | null = null;

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * A page for this range; for those whose cursor lies within a page, the rest of it, so that they read the same
   * pages as the others from then on. Undefined when there is none.
   */
  find(executionId: string, range: ChunkRange): OutputSlice | undefined {
    const page = this.#pages.get(keyOf(executionId, range.after));
    if (page === undefined) return this.#restOfPage(executionId, range);
    if (!isWhole(page.chunks, page.bytes, range)) return undefined;
    this.#used = true;
    this.#pages.delete(keyOf(executionId, range.after));
    this.#pages.set(keyOf(executionId, range.after), page);
    return page.chunks;
  }

  /** Keeps a page when it is one that others may be given. */
  add(executionId: string, range: ChunkRange, chunks: readonly Chunk[]): void {
    const { after } = range;
    if (chunks.at(-1)?.seq !== after + chunks.length) return;
    const bytes = chunks.reduce((sum, chunk) => sum + chunkBytes(chunk), 0);
    if (!isWhole(chunks, bytes, range)) return;
    this.#drop(keyOf(executionId, after));
    this.#pages.set(keyOf(executionId, after), { executionId, after, chunks, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#pages.keys()) {
      if (this.#bytes <= PAGES_BYTES && this.#pages.size <= PAGES) break;
      this.#drop(oldest);
    }
    this.#used = true;
    this.#timer ??= setInterval(() => this.#dropIdle(), IDLE_MS).unref();
  }

  #restOfPage(executionId: string, { after, limit }: ChunkRange): OutputSlice | undefined {
    for (const page of this.#pages.values()) {
      if (page.executionId !== executionId) continue;
      const from = after - page.after;
      if (from > 0 && from < page.chunks.length) return page.chunks.slice(from, from + limit);
    }
    return undefined;
  }

  #drop(key: string): void {
    const page = this.#pages.get(key);
    if (page === undefined) return;
    this.#pages.delete(key);
    this.#bytes -= page.bytes;
  }

  #dropIdle(): void {
    if (this.#used) {
      this.#used = false;
      return;
    }
    clearInterval(this.#timer ?? undefined);
    this.#timer = null;
    this.#pages.clear();
    this.#bytes = 0;
  }
}

function keyOf(executionId: string, after: number): string {
  return `${executionId} ${after}`;
}

/** Whether reading the range again would give as much: it came to a bound, or near enough to that of bytes. */
function isWhole(chunks: OutputSlice, bytes: number, { limit, maxBytes }: ChunkRange): boolean {
  return chunks.length === limit || (chunks.length < limit && bytes * 2 >= maxBytes);
}
