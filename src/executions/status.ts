import { Latch } from '../async/latch.ts';
import { EXECUTION_STATUSES, type Execution, hasEnded } from './execution.ts';
import type { Notifier } from './notifier.ts';

/** Max changes queued for a viewer that does not read; more than any execution has. */
const MAX_WAITING = 16;

/** One viewer of one execution's status: the execution as it is, then at each change of status, until it has ended. */
export class StatusFollower implements AsyncIterableIterator<Execution> {
  readonly #latch = new Latch();
  readonly #release: () => void;
  /** Received, not yet shown. */
  readonly #waiting: Execution[] = [];
  #shown: Execution | null = null;
  #closed = false;

  /** Follows from construction on; `open` gives the state read after that. */
  constructor(id: string, notifier: Notifier) {
    const unwatch = notifier.watch(id, (execution) => {
      if (execution) this.#receive(execution);
    });
    this.#release = () => {
      this.#closed = true;
      unwatch();
      this.#latch.open();
    };
  }

  /** @param execution as read after the follower was made, so that no change falls between */
  open(execution: Execution): this {
    this.#waiting.unshift(execution);
    this.#latch.open();
    return this;
  }

  async next(): Promise<IteratorResult<Execution>> {
    while (!this.#closed) {
      this.#latch.close();
      const execution = this.#take();
      if (execution) {
        if (hasEnded(execution)) this.#release();
        return { value: execution, done: false };
      }
      await this.#latch.opened;
    }
    return { value: undefined, done: true };
  }

  return(): Promise<IteratorResult<Execution>> {
    this.#release();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #receive(execution: Execution): void {
    if (this.#waiting.length === MAX_WAITING) this.#waiting.pop();
    this.#waiting.push(execution);
    this.#latch.open();
  }

  #take(): Execution | null {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const before = this.#shown;
      if (before && !comesAfter(next, before)) continue;
      this.#shown = next;
      // An adoption raises the epoch and leaves the status.
      if (next.status !== before?.status) return next;
    }
    return null;
  }
}

/** Whether `next` is a later state than `shown`; each requeue raises the epoch. */
function comesAfter(next: Execution, shown: Execution): boolean {
  if (next.epoch !== shown.epoch) return next.epoch > shown.epoch;
  return EXECUTION_STATUSES.indexOf(next.status) > EXECUTION_STATUSES.indexOf(shown.status);
}
