import { PeriodicTask } from '../async/periodic-task.ts';
import type { Store } from './store.ts';
import type { Logger } from './telemetry.ts';

const INTERVAL_MS = 10 * 60_000;
const BATCH = 100;
const DAY_MS = 24 * 60 * 60_000;

/**
 * Purges ended executions whose end is older than the retention: makes tombstones first, so that no reader starts on one,
 * then removes chunk by chunk. A reader in the middle gets an error, never a false end. Erases orphaned payloads, which
 * hold secrets. Runs every ten minutes. Safe with several processes at once.
 */
export class Retention implements AsyncDisposable {
  readonly #store: Store;
  readonly #days: number;
  readonly #logger: Logger;
  readonly #task: PeriodicTask;

  constructor(store: Store, days: number, logger: Logger) {
    this.#store = store;
    this.#days = days;
    this.#logger = logger;
    this.#task = new PeriodicTask(INTERVAL_MS, (closing, now) => this.#purge(closing, now));
  }

  /** Purges what has expired by now. Single flight. Never rejects: what fails is tried again by the next run. */
  purge(now = Date.now()): Promise<void> {
    return this.#task.run(now);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#task[Symbol.asyncDispose]();
  }

  async #purge(closing: AbortSignal, now: number): Promise<void> {
    try {
      await this.#store.eraseOrphanedPayloads(now);
      await this.#removeSessions(closing, now - this.#days * DAY_MS);
      while (!closing.aborted) {
        await this.#store.tombstoneExpired(now - this.#days * DAY_MS, BATCH);
        const ids = await this.#store.listTombstones(BATCH);
        if (ids.length === 0) return;
        for (const id of ids) {
          if (closing.aborted) return;
          await this.#store.purge(id);
        }
        this.#logger.info({ removed: ids.length }, 'expired executions purged');
      }
    } catch (error) {
      this.#logger.warn({ err: error }, 'expired executions could not be purged; trying again later');
    }
  }

  /** What ran in them stays, until it has expired itself. */
  async #removeSessions(closing: AbortSignal, endedBefore: number): Promise<void> {
    let removed = BATCH;
    while (removed === BATCH && !closing.aborted) {
      removed = await this.#store.sessions.deleteExpiredSessions(endedBefore, BATCH);
    }
  }
}
