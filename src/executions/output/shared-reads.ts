import type { Chunk, Execution } from '../execution.ts';
import type { ChunkRange, Store } from '../store.ts';
import type { Wakeups } from '../wakeups.ts';

/**
 * The store's reads for viewers of one execution, who all ask the same after a wake-up: asked at the same time, they are
 * made once. A read that was begun before the last wake-up is shared with nobody who came after it, since it
 * may not have seen what that was for.
 */
export class SharedReads implements Pick<Store, 'getExecution' | 'readChunks'> {
  readonly #store: Store;
  readonly #wakeups: Wakeups;
  readonly #pending = new Map<string, Promise<unknown>>();

  constructor(store: Store, wakeups: Wakeups) {
    this.#store = store;
    this.#wakeups = wakeups;
  }

  getExecution(id: string): Promise<Execution | null> {
    return this.#once(`${id} ${this.#wakeups.lastWake(id)}`, () => this.#store.getExecution(id));
  }

  readChunks(id: string, range: ChunkRange): Promise<Chunk[]> {
    const { after, limit, maxBytes } = range;
    const key = `${id} ${this.#wakeups.lastWake(id)} ${after} ${limit} ${maxBytes}`;
    return this.#once(key, () => this.#store.readChunks(id, range));
  }

  #once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const pending = this.#pending.get(key) as Promise<T> | undefined;
    if (pending) return pending;
    const made = read().finally(() => this.#pending.delete(key));
    this.#pending.set(key, made);
    return made;
  }
}
