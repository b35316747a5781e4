/** How long all who share a limiter may work in one turn of the event loop, milliseconds. */
const TURN_MS = 10;

/** Those who have entered are removed from the queue so many at a time. */
const LEFT = 1024;

/**
 * Lets work of one kind, such as that of all followers, be done for a bounded time in each turn of the event loop, in the
 * order it came.
 * Without it those who catch up would keep the loop from its I/O: reads of SQLite are answered at once, and a write that
 * the kernel takes at once calls back in `process.nextTick`, so that the next event is made before any request is read
 * or timer fires.
 *
 * One after the other, so that time is counted as it is used: the next one enters in a tick, hence when all is done that
 * the one before does in microtasks. A turn begins when the first one enters, and is over at the `setImmediate` after
 * that, hence after I/O was polled.
 */
export class TurnLimiter {
  readonly #turnMs: number;
  readonly #now: () => number;
  /** Null while nobody has worked in this turn. */
  #endsAt: number | null = null;
  /** Whether one has entered in this tick. */
  #isBusy = false;
  #waiting: (() => void)[] = [];
  #next = 0;

  /** @param now a monotonic clock, milliseconds; for tests */
  constructor(turnMs = TURN_MS, now: () => number = () => performance.now()) {
    this.#turnMs = turnMs;
    this.#now = now;
  }

  /** Undefined when one may work now, else a promise that resolves when it is one's turn. */
  enter(): Promise<void> | undefined {
    if (this.#isBusy || this.#next < this.#waiting.length || !this.#hasTime()) return this.#wait();
    this.#occupy();
    return undefined;
  }

  /** As `enter`, for one who has entered and waited for something else since: goes before those who wait. */
  reenter(): Promise<void> | undefined {
    return this.#hasTime() ? undefined : this.#wait();
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #hasTime(): boolean {
    const now = this.#now();
    if (this.#endsAt === null) {
      this.#endsAt = now + this.#turnMs;
      setImmediate(this.#endTurn);
    }
    return now < this.#endsAt;
  }

  readonly #endTurn = (): void => {
    this.#endsAt = null;
    if (!this.#isBusy) this.#admitNext();
  };

  #occupy(): void {
    this.#isBusy = true;
    queueMicrotask(this.#endTick);
  }

  readonly #endTick = (): void => process.nextTick(this.#admitNext);

  /** Where there is no time left, the turn's end goes on with it. */
  readonly #admitNext = (): void => {
    this.#isBusy = false;
    const next = this.#waiting[this.#next];
    if (next === undefined) {
      this.#waiting = [];
      this.#next = 0;
    } else if (this.#hasTime()) {
      this.#next++;
      if (this.#next === LEFT) this.#waiting.splice(0, this.#next);
      this.#next %= LEFT;
      this.#occupy();
      next();
    }
  };
}
