import { RunnerNotReadyError } from '../../../executions/errors.ts';
import type { RunEnd } from '../../../executions/runner.ts';
import { endedBy } from '../../ends/ending.ts';
import { notStarted } from '../../ends/not-started.ts';
import { type Hindrance, limitOf, type WaitLimits, wantsRoom } from './hindrance.ts';

/** A wait for a pod that took too long: how the execution ends. */
export interface GivenUp {
  readonly end: RunEnd;
}

/** An execution that waits for a pod. What it is told of the pods decides whether it goes on waiting. */
export class Waiter<P> {
  readonly #tell: (message: string) => void;
  readonly #limits: WaitLimits;
  readonly #settle = Promise.withResolvers<P | GivenUp>();
  #message: string | null = null;
  /** What stands in its way now. */
  #now: Hindrance | null = null;
  /** What an end would be told by, and since when it stands in the way. */
  #counted: Hindrance | null = null;
  #since = 0;

  /** @param tell hears why it waits, whenever that changes */
  constructor(limits: WaitLimits, tell: (message: string) => void) {
    this.#limits = limits;
    this.#tell = tell;
  }

  /** Rejects with `RunnerNotReadyError` when it was sent away. */
  get pod(): Promise<P | GivenUp> {
    return this.#settle.promise;
  }

  /** Since when it has been waiting for room; null when it is not. */
  get crowdedSince(): number | null {
    return this.#now && wantsRoom(this.#now) ? this.#since : null;
  }

  serve(pod: P): void {
    this.#settle.resolve(pod);
  }

  sendAway(message: string): void {
    this.#settle.reject(new RunnerNotReadyError(message));
  }

  /**
   * What stands in its way at `now`. Returns false when it has waited long enough, or when it would wait for the cluster
   * itself: then it is settled.
   */
  hear(hindrance: Hindrance, now: number): boolean {
    if (hindrance.cause === 'cluster') {
      this.sendAway(hindrance.message);
      return false;
    }
    this.#now = hindrance;
    if (hindrance.message !== this.#message) {
      this.#message = hindrance.message;
      this.#tell(hindrance.message);
    }
    return this.#goesOn(hindrance, now);
  }

  #goesOn(hindrance: Hindrance, now: number): boolean {
    const limit = limitOf(hindrance.cause, this.#limits);
    // A try that is on its way is no progress yet: what stood in the way of the last one counts on.
    if (limit === null) return true;
    const before = this.#counted && limitOf(this.#counted.cause, this.#limits);
    if (before?.reason !== limit.reason) this.#since = now;
    this.#counted = hindrance;
    if (now - this.#since < limit.limitMs) return true;
    const seconds = Math.round(limit.limitMs / 1000);
    const message = `No pod got ready within ${seconds} s: ${hindrance.message}`;
    this.#settle.resolve({ end: notStarted(endedBy(limit.reason, message)) });
    return false;
  }
}
