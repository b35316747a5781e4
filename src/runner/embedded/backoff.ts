const FIRST_MS = 200;
const MOST_MS = 30_000;

/** Pauses that double with each failure in a row, up to a bound. */
export class Backoff implements Disposable {
  #failures = 0;
  #timer: NodeJS.Timeout | null = null;

  /** Failures since the last `reset`. */
  get failures(): number {
    return this.#failures;
  }

  get pausing(): boolean {
    return this.#timer !== null;
  }

  /** Counts a failure and calls back when the pause is over. Within a pause it changes nothing. */
  fail(callback: () => void): void {
    this.#failures += 1;
    if (this.#timer !== null) return;
    const ms = Math.min(MOST_MS, FIRST_MS * 2 ** (this.#failures - 1));
    this.#timer = setTimeout(() => {
      this.#timer = null;
      callback();
    }, ms);
    this.#timer.unref();
  }

  reset(): void {
    this.#failures = 0;
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
