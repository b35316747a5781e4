import { backOffMs } from '../../../async/back-off.ts';
import { sleep } from '../../../async/sleep.ts';
import type { Logger } from '../../../executions/telemetry.ts';

const BOUNDS = { firstMs: 600, maxMs: 80_000 };
/** About ten minutes in all; what has not worked by then garbage collection finds. */
const ATTEMPTS = 16;

/**
 * Calls to the cluster that nobody waits for. One that fails is repeated with growing pauses, a bounded number of times.
 * Closing repeats nothing any more.
 */
export class RetryQueue implements Disposable {
  readonly #logger: Logger;
  readonly #pause: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly #closing = new AbortController();
  readonly #calls = new Set<Promise<void>>();

  /** @param between how to wait until a call is repeated, for tests */
  constructor(logger: Logger, between: (ms: number, signal: AbortSignal) => Promise<unknown> = sleep) {
    this.#logger = logger;
    this.#pause = between;
  }

  /** Resolves when it worked or was given up. @param call must be safe to repeat */
  add(what: string, call: () => Promise<void>): Promise<void> {
    const done: Promise<void> = this.#repeat(what, call).finally(() => this.#calls.delete(done));
    this.#calls.add(done);
    return done;
  }

  /** Resolves when no call is under way. */
  async settled(): Promise<void> {
    while (this.#calls.size > 0) await Promise.all(this.#calls);
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
  }

  async #repeat(what: string, call: () => Promise<void>): Promise<void> {
    const { signal } = this.#closing;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        return await call();
      } catch (err) {
        const level = attempt === 1 || attempt === ATTEMPTS ? 'warn' : 'debug';
        this.#logger[level]({ err, attempt }, `${what} failed`);
        if (attempt === ATTEMPTS) return;
      }
      await this.#pause(backOffMs(attempt, BOUNDS), signal);
    }
  }
}
