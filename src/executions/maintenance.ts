import { allSettledWithin } from '../async/timeout.ts';
import { GarbageCollection } from './garbage-collection.ts';
import type { Notifier } from './notifier.ts';
import { Recovery, type RecoveryOptions } from './recovery.ts';
import { RemoteChanges } from './remote-changes.ts';
import { Retention } from './retention.ts';
import type { Runner } from './runner.ts';
import type { SessionMaintenance } from './sessions/session-maintenance.ts';

export interface MaintenanceOptions extends RecoveryOptions {
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
