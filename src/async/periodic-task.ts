/** Runs a task at an interval, single flight, from construction until it is disposed. */
export class PeriodicTask implements AsyncDisposable {
  readonly #task: (closing: AbortSignal, now: number) => Promise<void>;
  readonly #timer: NodeJS.Timeout;
  readonly #closing = new AbortController();
  #running: Promise<void> | null = null;

  /**
   * @param intervalMs milliseconds; the first run is one interval from now
   * @param task never rejects, and ends early when `closing` aborts; `now` is milliseconds since 1970
   */
  constructor(intervalMs: number, task: (closing: AbortSignal, now: number) => Promise<void>) {
    this.#task = task;
    this.#timer = setInterval(() => void this.run(), intervalMs).unref();
  }

  /** Runs it now, or waits for the run that is under way. */
  run(now = Date.now()): Promise<void> {
    this.#running ??= this.#task(this.#closing.signal, now).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Runs it no more, and waits for the run under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#timer);
    await this.#running;
  }
}
