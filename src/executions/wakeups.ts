import type { Execution } from './execution.ts';

/** Called without an execution when there may be more output, with it when its status has changed. */
export type Changed = (execution?: Execution) => void;

interface Watched {
  readonly watchers: Set<Changed>;
  lastWake: number;
}

/**
 * Tells whoever watches an execution that something about it may have changed. Output is not carried: a viewer reads for
 * itself, so one that is slow, or is told twice, loses nothing.
 */
export class Wakeups {
  readonly #watched = new Map<string, Watched>();
  #wakes = 0;

  /** Calls `changed` after each change until the returned function is called; that may be done twice. */
  watch(id: string, changed: Changed): () => void {
    const entry = this.#watched.get(id) ?? { watchers: new Set(), lastWake: ++this.#wakes };
    this.#watched.set(id, entry);
    entry.watchers.add(changed);
    return () => {
      if (entry.watchers.delete(changed) && entry.watchers.size === 0) this.#watched.delete(id);
    };
  }

  wake(id: string, execution?: Execution): void {
    const entry = this.#watched.get(id);
    if (!entry) return;
    entry.lastWake = ++this.#wakes;
    const { watchers } = entry;
    if (watchers.size <= AT_ONCE) for (const changed of watchers) changed(execution);
    else void wakeInTurns(watchers, execution);
  }

  isWatched(id: string): boolean {
    return this.#watched.has(id);
  }

  /** Ids that somebody watches now. */
  watched(): IterableIterator<string> {
    return this.#watched.keys();
  }

  /** Which wake-up was the last one of this execution; never the same number after another. */
  lastWake(id: string): number {
    return this.#watched.get(id)?.lastWake ?? ++this.#wakes;
  }
}

/** Each watcher answers with work of some 50 µs; more than this at once would hold up everything else. */
const AT_ONCE = 200;

async function wakeInTurns(watchers: ReadonlySet<Changed>, execution: Execution | undefined): Promise<void> {
  const turn = [...watchers];
  for (let from = 0; from < turn.length; from += AT_ONCE) {
    for (const changed of turn.slice(from, from + AT_ONCE)) if (watchers.has(changed)) changed(execution);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
