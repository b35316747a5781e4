import type { Execution } from './execution.ts';

/** Called without a record when there may be more output, with it when its status has changed. */
export type Changed<R = Execution> = (record?: R) => void;

interface Watched<R> {
  readonly watchers: Set<Changed<R>>;
  lastNotification: number;
}

/**
 * Notifies watchers that an execution (or a session) may have changed. Output is not carried: a watcher reads for itself, so one that is
 * slow, or is notified twice, loses nothing.
 */
export class Notifier<R = Execution> {
  readonly #watched = new Map<string, Watched<R>>();
  #count = 0;

  /** Calls `changed` after each change until the returned function is called; that may be done twice. */
  watch(id: string, changed: Changed<R>): () => void {
    const entry = this.#watched.get(id) ?? { watchers: new Set(), lastNotification: ++this.#count };
    this.#watched.set(id, entry);
    entry.watchers.add(changed);
    return () => {
      if (entry.watchers.delete(changed) && entry.watchers.size === 0) this.#watched.delete(id);
    };
  }

  /** @param record given when its status has changed */
  notify(id: string, record?: R): void {
    const entry = this.#watched.get(id);
    if (!entry) return;
    entry.lastNotification = ++this.#count;
    const { watchers } = entry;
    if (watchers.size <= AT_ONCE) for (const changed of watchers) changed(record);
    else void notifyInTurns(watchers, record);
  }

  isWatched(id: string): boolean {
    return this.#watched.has(id);
  }

  /** Ids that have a watcher now. */
  watched(): IterableIterator<string> {
    return this.#watched.keys();
  }

  /** The number of this execution's last notification; another one after each notification. */
  lastNotification(id: string): number {
    return this.#watched.get(id)?.lastNotification ?? ++this.#count;
  }
}

/** Each watcher responds with some 50 µs of work; more of them at once would hold up everything else. */
const AT_ONCE = 200;

async function notifyInTurns<R>(watchers: ReadonlySet<Changed<R>>, record: R | undefined): Promise<void> {
  const turn = [...watchers];
  for (let from = 0; from < turn.length; from += AT_ONCE) {
    for (const changed of turn.slice(from, from + AT_ONCE)) if (watchers.has(changed)) changed(record);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
