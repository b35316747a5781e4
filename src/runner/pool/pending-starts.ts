import type { Condition } from './condition.ts';
import type { ReadySandbox, StartingSandbox } from './sandbox.ts';

/** Sandboxes that are getting ready. */
export class PendingStarts<S extends ReadySandbox> {
  readonly #starts = new Set<StartingSandbox<S>>();

  get size(): number {
    return this.#starts.size;
  }

  add(start: StartingSandbox<S>): void {
    this.#starts.add(start);
  }

  /** False when it is not here. */
  remove(start: StartingSandbox<S>): boolean {
    return this.#starts.delete(start);
  }

  /** What each waits for; those that nothing keeps from getting ready come first. */
  get conditions(): readonly (Condition | null)[] {
    return this.#ranked().map(({ condition }) => condition);
  }

  /** Gives up so many, those that are furthest from being ready first. */
  cancel(count: number): void {
    if (count <= 0) return;
    for (const start of this.#ranked().slice(-count)) {
      this.#starts.delete(start);
      start.cancel();
    }
  }

  #ranked(): StartingSandbox<S>[] {
    return [...this.#starts].sort((a, b) => rank(a.condition) - rank(b.condition));
  }
}

function rank(condition: Condition | null): number {
  if (condition === null) return 1;
  return condition.type === 'starting' ? 0 : 2;
}
