import type { Store } from './store.ts';
import { Sweeps } from './sweeps.ts';
import type { Logger } from './telemetry.ts';

const SWEEP_MS = 10 * 60_000;
const BATCH = 100;
const DAY_MS = 24 * 60 * 60_000;

/**
 * Removes ended executions whose end is older than the retention: hidden first, so that no reader starts on one, then
 * chunk by chunk. A reader in the middle gets an error, never a false end. Safe with several processes at once.
 */
export class Retention implements AsyncDisposable {
  readonly #store: Store;
  readonly #days: number;
  readonly #logger: Logger;
  readonly #sweeps: Sweeps;

  constructor(store: Store, days: number, logger: Logger) {
    this.#store = store;
    this.#days = days;
    this.#logger = logger;
    this.#sweeps = new Sweeps(SWEEP_MS, (closing, now) => this.#sweep(closing, now - this.#days * DAY_MS));
  }

  /** Removes what has expired by now; one sweep at a time. Never rejects: what fails is tried again at the next one. */
  sweep(now = Date.now()): Promise<void> {
    return this.#sweeps.run(now);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#sweeps[Symbol.asyncDispose]();
  }

  async #sweep(closing: AbortSignal, finishedBefore: number): Promise<void> {
    try {
      while (!closing.aborted) {
        const ids = await this.#store.hideExpired(finishedBefore, BATCH);
        if (ids.length === 0) return;
        for (const id of ids) {
          if (closing.aborted) return;
          await this.#store.removeHidden(id);
        }
        this.#logger.info({ removed: ids.length }, 'expired executions removed');
      }
    } catch (error) {
      this.#logger.warn(
        { err: error },
        'expired executions could not be removed; trying again at the next sweep',
      );
    }
  }
}
