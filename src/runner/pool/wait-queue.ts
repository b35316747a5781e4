import { endedBy } from '../run/endings/ending.ts';
import { ended, notStarted, type Waited } from '../run/endings/outcome.ts';
import { type Condition, isUnschedulable, limitOf, type WaitLimits } from './condition.ts';

/** An execution that waits for a sandbox. The conditions it is given decide whether it goes on waiting. */
export class Waiter<S> {
  readonly #report: (message: string) => void;
  readonly #limits: WaitLimits | null;
  readonly #settle = Promise.withResolvers<Waited<S>>();
  #message: string | null = null;
  #condition: Condition | null = null;
  /** The condition that an end would be explained by, and since when it lasts. */
  #counted: Condition | null = null;
  #since = 0;

  /**
   * @param limits null: no condition ends the wait
   * @param report receives why it waits, whenever that changes
   */
  constructor(limits: WaitLimits | null, report: (message: string) => void) {
    this.#limits = limits;
    this.#report = report;
  }

  /** Never rejects: what is turned away is not started. */
  get sandbox(): Promise<Waited<S>> {
    return this.#settle.promise;
  }

  /** Since when it has been waiting for room; null when it is not. */
  get unschedulableSince(): number | null {
    return this.#condition && isUnschedulable(this.#condition) ? this.#since : null;
  }

  serve(sandbox: S): void {
    this.#settle.resolve({ kind: 'ready', sandbox });
  }

  reject(message: string): void {
    this.#settle.resolve(notStarted(message));
  }

  /**
   * Its condition at `now`. Returns false when it has waited long enough, or when it would wait for the cluster itself:
   * then it is settled.
   */
  update(condition: Condition, now: number): boolean {
    if (condition.type === 'cluster') {
      this.reject(condition.message);
      return false;
    }
    this.#condition = condition;
    if (condition.message !== this.#message) {
      this.#message = condition.message;
      this.#report(condition.message);
    }
    return this.#goesOn(condition, now);
  }

  #goesOn(condition: Condition, now: number): boolean {
    const limit = limitOf(condition.type, this.#limits);
    // A start that is on its way is no progress yet: what kept the last one from getting ready counts on.
    if (limit === null) return true;
    const before = this.#counted && limitOf(this.#counted.type, this.#limits);
    if (before?.reason !== limit.reason) this.#since = now;
    this.#counted = condition;
    if (now - this.#since < limit.limitMs) return true;
    const seconds = Math.round(limit.limitMs / 1000);
    const message = `No pod got ready within ${seconds} s: ${condition.message}`;
    this.#settle.resolve(ended(endedBy(limit.reason, message)));
    return false;
  }
}

/** Those who wait for a sandbox, in the order of asking. */
export class WaitQueue<S> {
  #waiters: Waiter<S>[] = [];

  get size(): number {
    return this.#waiters.length;
  }

  /** Since when somebody has been waiting for room; null when nobody is. */
  get unschedulableSince(): number | null {
    const since = this.#waiters
      .map(({ unschedulableSince }) => unschedulableSince)
      .filter((one) => one !== null);
    return since.length === 0 ? null : Math.min(...since);
  }

  add(waiter: Waiter<S>): void {
    this.#waiters.push(waiter);
  }

  /** Harmless when it is not here. */
  remove(waiter: Waiter<S>): void {
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
  }

  /** Gives sandboxes to those who wait as long as `take` has one. */
  serve(take: () => S | null): void {
    for (let [next] = this.#waiters; next !== undefined; [next] = this.#waiters) {
      const sandbox = take();
      if (sandbox === null) return;
      this.#waiters.shift();
      next.serve(sandbox);
    }
  }

  /** Gives each its condition; who has waited long enough goes. */
  update(conditionOf: (index: number) => Condition, now: number): void {
    this.#waiters = this.#waiters.filter((waiter, index) => waiter.update(conditionOf(index), now));
  }

  reject(message: string): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(message);
  }
}
