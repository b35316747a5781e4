import { PeriodicTask } from '../async/periodic-task.ts';
import { allSettledWithin } from '../async/timeout.ts';
import { hasEnded } from './execution.ts';
import type { Notifier } from './notifier.ts';
import { Recovery, type RecoveryOptions } from './recovery.ts';
import { RemoteChanges } from './remote-changes.ts';
import type { Runner } from './runner.ts';
import { hasSessionEnded } from './sessions/session.ts';
import type { SessionMaintenance } from './sessions/session-maintenance.ts';
import type { Store } from './store.ts';
import type { Logger } from './telemetry.ts';

interface MaintenanceOptions extends RecoveryOptions {
  readonly runner: Runner;
  readonly notifier: Notifier;
  readonly sessions: SessionMaintenance;
  /** Ended executions older than this are removed, days. */
  readonly retentionDays: number;
}

/**
 * The loops that keep the records right beside what clients request, from construction to `close`: recovery of orphans with
 * this process's heartbeat, changes that other processes made, to sessions too, retention, garbage collection.
 */
export class Maintenance {
  readonly #recovery: Recovery;
  readonly #sessions: SessionMaintenance;
  readonly #retention: Retention;
  readonly #garbage: GarbageCollection;
  /** Null for a store that only one process can open. */
  readonly #remoteChanges: RemoteChanges | null;

  constructor(options: MaintenanceOptions) {
    const { store, runner, active, notifier, retentionDays, logger } = options;
    this.#sessions = options.sessions;
    this.#recovery = new Recovery(options);
    this.#retention = new Retention(store, retentionDays, logger);
    this.#garbage = new GarbageCollection(store, runner, logger);
    const { sharing } = store;
    this.#remoteChanges = sharing && new RemoteChanges({ store, sharing, active, notifier, logger });
  }

  /** Adopts the orphans that there are now. Never rejects: what fails is tried again. */
  adopt(): Promise<void> {
    return this.#recovery.poll();
  }

  /** Begins to remove what is left from before. */
  clean(): void {
    void this.#retention.purge();
    void this.#garbage.collect();
  }

  /** Adopts nothing more. The heartbeat goes on until `close`. */
  stopAdopting(): Promise<void> {
    return this.#recovery.stop();
  }

  /** Ends all loops; to be called when every execution has been released. @param maxMs how long it waits, milliseconds */
  async close(maxMs: number): Promise<void> {
    const loops = [this.#sessions, this.#remoteChanges, this.#recovery, this.#retention, this.#garbage];
    await allSettledWithin(
      maxMs,
      loops.map((one) => one?.[Symbol.asyncDispose]() ?? Promise.resolve()),
    );
  }
}

const RETENTION_INTERVAL_MS = 10 * 60_000;
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
    this.#task = new PeriodicTask(RETENTION_INTERVAL_MS, (closing, now) => this.#purge(closing, now));
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

const COLLECTION_INTERVAL_MS = 60_000;

/**
 * Deletes what a runner still holds for executions and sessions that have ended, because a deletion failed or the process ended before
 * it. Runs every minute. Safe with several processes at once.
 */
export class GarbageCollection implements AsyncDisposable {
  readonly #store: Store;
  readonly #runner: Runner;
  readonly #logger: Logger;
  readonly #task: PeriodicTask;

  constructor(store: Store, runner: Runner, logger: Logger) {
    this.#store = store;
    this.#runner = runner;
    this.#logger = logger;
    this.#task = new PeriodicTask(COLLECTION_INTERVAL_MS, (closing) => this.#collect(closing));
  }

  /** Collects now. Single flight. Never rejects: what fails is tried again by the next run. */
  collect(): Promise<void> {
    return this.#task.run();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#task[Symbol.asyncDispose]();
  }

  async #collect(closing: AbortSignal): Promise<void> {
    try {
      for (const id of await this.#runner.listAllocations()) {
        if (closing.aborted) return;
        const execution = await this.#store.getExecution(id);
        // An unknown one may belong to another service on the cluster: the runner's own deadline is for those.
        if (!execution || !hasEnded(execution)) continue;
        await this.#remove({ executionId: id }, () => this.#runner.remove(execution));
      }
      const sandboxes = this.#runner.sessions?.lasting ?? null;
      for (const id of (await sandboxes?.listAllocations()) ?? []) {
        if (closing.aborted) return;
        const session = await this.#store.sessions.getSession(id);
        if (!session || !hasSessionEnded(session)) continue;
        await this.#remove({ sessionId: id }, () => sandboxes?.remove(session));
      }
    } catch (error) {
      this.#logger.warn({ err: error }, 'garbage collection failed; trying again later');
    }
  }

  /** One that cannot be deleted does not keep the others. */
  async #remove(ended: object, remove: () => Promise<void> | undefined): Promise<void> {
    try {
      await remove();
      this.#logger.info(ended, 'what the runner held for what has ended was deleted');
    } catch (err) {
      this.#logger.warn(
        { ...ended, err },
        'what the runner holds for what has ended was not deleted; trying again later',
      );
    }
  }
}
