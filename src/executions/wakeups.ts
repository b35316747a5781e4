import type { Execution } from './execution.ts';

/** Called without an execution when there may be more output, with it when its status has changed. */
export type Changed = (execution?: Execution) => void;

/**
 * Tells whoever watches an execution that something about it may have changed. Output is not carried: a viewer reads for
 * itself, so one that is slow, or is told twice, loses nothing.
 */
export class Wakeups {
  readonly #watchers = new Map<string, Set<Changed>>();

  /** Calls `changed` after each change until the returned function is called; that may be done twice. */
  watch(id: string, changed: Changed): () => void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers);
    watchers.add(changed);
    return () => {
      if (watchers.delete(changed) && watchers.size === 0) this.#watchers.delete(id);
    };
  }

  wake(id: string, execution?: Execution): void {
    const watchers = this.#watchers.get(id);
    if (!watchers) return;
    if (watchers.size <= AT_ONCE) for (const changed of watchers) changed(execution);
    else void wakeInTurns(watchers, execution);
  }

  /** Ids that somebody watches now. */
  watched(): IterableIterator<string> {
    return this.#watchers.keys();
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
