import type { Hindrance } from './hindrance.ts';
import type { Waiter } from './waiter.ts';

/** Those who wait for a pod, in the order of asking. */
export class Queue<P> {
  #waiters: Waiter<P>[] = [];

  get size(): number {
    return this.#waiters.length;
  }

  /** Since when somebody has been waiting for room; null when nobody is. */
  get crowdedSince(): number | null {
    const since = this.#waiters.map(({ crowdedSince }) => crowdedSince).filter((one) => one !== null);
    return since.length === 0 ? null : Math.min(...since);
  }

  add(waiter: Waiter<P>): void {
    this.#waiters.push(waiter);
  }

  /** Harmless when it is not here. */
  remove(waiter: Waiter<P>): void {
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
  }

  /** Gives pods to those who wait as long as `take` has one. */
  serve(take: () => P | null): void {
    for (let [next] = this.#waiters; next !== undefined; [next] = this.#waiters) {
      const pod = take();
      if (pod === null) return;
      this.#waiters.shift();
      next.serve(pod);
    }
  }

  /** Tells each what stands in its way; who has waited long enough goes. */
  tell(hindranceOf: (index: number) => Hindrance, now: number): void {
    this.#waiters = this.#waiters.filter((waiter, index) => waiter.hear(hindranceOf(index), now));
  }

  sendAway(message: string): void {
    for (const waiter of this.#waiters.splice(0)) waiter.sendAway(message);
  }
}
