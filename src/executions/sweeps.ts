/** Does something again and again, one at a time, until it is disposed. */
export class Sweeps implements AsyncDisposable {
  readonly #sweep: (closing: AbortSignal, now: number) => Promise<void>;
  readonly #timer: NodeJS.Timeout;
  readonly #closing = new AbortController();
  #sweeping: Promise<void> | null = null;

  /** @param sweep never rejects, and ends early when `closing` aborts; `now` is milliseconds since 1970 */
  constructor(everyMs: number, sweep: (closing: AbortSignal, now: number) => Promise<void>) {
    this.#sweep = sweep;
    this.#timer = setInterval(() => void this.run(), everyMs).unref();
  }

  /** Sweeps now, or waits for the sweep that is under way. */
  run(now = Date.now()): Promise<void> {
    this.#sweeping ??= this.#sweep(this.#closing.signal, now).finally(() => {
      this.#sweeping = null;
    });
    return this.#sweeping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#timer);
    await this.#sweeping;
  }
}
