import { Latch } from '../async/latch.ts';
import { EXECUTION_STATUSES, type Execution, hasEnded } from './execution.ts';
import type { Notifier } from './notifier.ts';

/** Max changes queued for a viewer that does not read; more than any execution has. */
const MAX_WAITING = 16;

/** What a follower of status must know of its records. */
export interface Followable<R> {
  readonly hasEnded: (record: R) => boolean;
  /** Whether `next` is a later state than `shown`. */
  readonly comesAfter: (next: R, shown: R) => boolean;
}

/** One viewer of one record's status: the record as it is, then at each change of status, until it has ended. */
export class StatusFollower<R extends { readonly status: string } = Execution>
  implements AsyncIterableIterator<R>
{
  readonly #record: Followable<R>;
  readonly #latch = new Latch();
  readonly #release: () => void;
  /** Received, not yet shown. */
  readonly #waiting: R[] = [];
  #shown: R | null = null;
  #closed = false;

  /** Follows from construction on; `open` gives the state read after that. */
  constructor(id: string, notifier: Pick<Notifier<R>, 'watch'>, record: Followable<R>) {
    this.#record = record;
    const unwatch = notifier.watch(id, (record) => {
      if (record) this.#receive(record);
    });
    this.#release = () => {
      this.#closed = true;
      unwatch();
      this.#latch.open();
    };
  }

  /** @param record as read after the follower was made, so that no change falls between */
  open(record: R): this {
    this.#waiting.unshift(record);
    this.#latch.open();
    return this;
  }

  async next(): Promise<IteratorResult<R>> {
    while (!this.#closed) {
      this.#latch.close();
      const record = this.#take();
      if (record) {
        if (this.#record.hasEnded(record)) this.#release();
        return { value: record, done: false };
      }
      await this.#latch.opened;
    }
    return { value: undefined, done: true };
  }

  return(): Promise<IteratorResult<R>> {
    this.#release();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #receive(record: R): void {
    if (this.#waiting.length === MAX_WAITING) this.#waiting.pop();
    this.#waiting.push(record);
    this.#latch.open();
  }

  #take(): R | null {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const before = this.#shown;
      if (before && !this.#record.comesAfter(next, before)) continue;
      this.#shown = next;
      // An adoption raises the epoch and leaves the status.
      if (next.status !== before?.status) return next;
    }
    return null;
  }
}

/** Each requeue raises the epoch. */
function comesAfter(next: Execution, shown: Execution): boolean {
  if (next.epoch !== shown.epoch) return next.epoch > shown.epoch;
  return EXECUTION_STATUSES.indexOf(next.status) > EXECUTION_STATUSES.indexOf(shown.status);
}

export const EXECUTION_STATUS: Followable<Execution> = { hasEnded, comesAfter };
