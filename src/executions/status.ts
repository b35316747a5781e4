import { EXECUTION_STATUSES, type Execution, hasEnded } from './execution.ts';
import { Pause } from './pause.ts';
import type { Wakeups } from './wakeups.ts';

/** How many changes may wait for a viewer that does not read; more than any execution has. */
const WAITING = 16;

/** One viewer of one execution's status: the execution as it is, then at each change of status, until it has ended. */
export class StatusFollower implements AsyncIterableIterator<Execution> {
  readonly #pause = new Pause();
  readonly #release: () => void;
  /** Told, not yet shown. */
  readonly #waiting: Execution[] = [];
  #shown: Execution | null = null;
  #closed = false;

  /** Follows from the moment it is made; `open` says how the execution stood after that. */
  constructor(id: string, wakeups: Wakeups) {
    const unwatch = wakeups.watch(id, (execution) => {
      if (execution) this.#tell(execution);
    });
    this.#release = () => {
      this.#closed = true;
      unwatch();
      this.#pause.end();
    };
  }

  /** Tells how the execution stands, read after the follower was made so that no change falls between. */
  open(execution: Execution): this {
    this.#waiting.unshift(execution);
    this.#pause.end();
    return this;
  }

  async next(): Promise<IteratorResult<Execution>> {
    while (!this.#closed) {
      this.#pause.begin();
      const execution = this.#take();
      if (execution) {
        if (hasEnded(execution)) this.#release();
        return { value: execution, done: false };
      }
      await this.#pause.over;
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

  #tell(execution: Execution): void {
    if (this.#waiting.length === WAITING) this.#waiting.pop();
    this.#waiting.push(execution);
    this.#pause.end();
  }

  #take(): Execution | null {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const before = this.#shown;
      if (before && !comesAfter(next, before)) continue;
      this.#shown = next;
      // A takeover raises the epoch and leaves the status.
      if (next.status !== before?.status) return next;
    }
    return null;
  }
}

/** Whether `next` is a later state than `shown`; each way back to the queue raises the epoch. */
function comesAfter(next: Execution, shown: Execution): boolean {
  if (next.epoch !== shown.epoch) return next.epoch > shown.epoch;
  return EXECUTION_STATUSES.indexOf(next.status) > EXECUTION_STATUSES.indexOf(shown.status);
}
