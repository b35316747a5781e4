import type { Hindrance } from './hindrance.ts';
import type { ReadyPod, StartingPod } from './start.ts';

/** Pods that are getting ready. */
export class Starts<P extends ReadyPod> {
  readonly #starts = new Set<StartingPod<P>>();

  get size(): number {
    return this.#starts.size;
  }

  add(start: StartingPod<P>): void {
    this.#starts.add(start);
  }

  /** False when it is not here. */
  remove(start: StartingPod<P>): boolean {
    return this.#starts.delete(start);
  }

  /** What each waits for; those that nothing stands in the way of come first. */
  get hindrances(): readonly (Hindrance | null)[] {
    return this.#ranked().map(({ hindrance }) => hindrance);
  }

  /** Gives up so many, those that are furthest from being ready first. */
  abandon(count: number): void {
    if (count <= 0) return;
    for (const start of this.#ranked().slice(-count)) {
      this.#starts.delete(start);
      start.abandon();
    }
  }

  #ranked(): StartingPod<P>[] {
    return [...this.#starts].sort((a, b) => rank(a.hindrance) - rank(b.hindrance));
  }
}

function rank(hindrance: Hindrance | null): number {
  if (hindrance === null) return 1;
  return hindrance.cause === 'starting' ? 0 : 2;
}
