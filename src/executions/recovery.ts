import type { Admission } from './admission.ts';
import type { Drive } from './drive.ts';
import type { Drives } from './drives.ts';
import { StoreUnavailableError } from './errors.ts';
import { BEAT_MS, Processes } from './processes.ts';
import type { Store, UnderWay } from './store.ts';
import type { Logger } from './telemetry.ts';
import { requeue, takeOver } from './transitions.ts';

/** One that could not be taken over, or driven to its end, is tried again after this long, milliseconds. */
const AGAIN_MS = 60_000;

export interface RecoveryDeps {
  readonly store: Store;
  readonly drives: Drives;
  /** What this process is about to drive, or claimed without knowing. */
  readonly claims: Pick<Admission, 'isClaiming' | 'wasClaimLost'>;
  /** This process's name, written on what it takes. */
  readonly owner: string;
  readonly ended: (drive: Drive) => void;
  readonly logger: Logger;
}

/**
 * Takes over what is under way and driven by nobody, and drives it to its end: what another process let go of, what one
 * that is gone left, and what this process lost sight of (a claim whose answer did not come back). What is queued needs
 * nothing: admission finds it.
 */
export class Recovery implements AsyncDisposable {
  readonly #deps: RecoveryDeps;
  readonly #processes: Processes | null;
  readonly #timer: NodeJS.Timeout;
  /** Own executions that nobody drove at the last look: a claim on its way is not lost yet. */
  #unseen = new Set<string>();
  readonly #takenAt = new Map<string, number>();
  #looking: Promise<void> | null = null;
  #failing = false;
  #stopped = false;

  constructor(deps: RecoveryDeps) {
    this.#deps = deps;
    const { sharing } = deps.store;
    this.#processes = sharing && new Processes(sharing, deps.owner, deps.logger);
    this.#timer = setInterval(() => {
      // Also while a look takes long: who has much to take over is not gone.
      void this.#processes?.beat();
      void this.look();
    }, BEAT_MS).unref();
  }

  /** One look at a time. Never rejects: what fails is tried again at the next one. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** Takes nothing over any more. Goes on saying that this process lives, as long as it has something to finish. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#looking;
  }

  /** Leaves the list of living processes; to be called when everything has been let go of. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.stop();
    await this.#processes?.[Symbol.asyncDispose]();
  }

  async #look(): Promise<void> {
    const { store, logger } = this.#deps;
    try {
      await this.#processes?.beat();
      if (this.#stopped) return;
      const orphans = this.#findOrphans(await store.listUnderWay());
      let taken = 0;
      for (const orphan of orphans) if (await this.#tryToTake(orphan)) taken++;
      if (taken > 0) logger.info({ taken }, 'executions that nobody drove taken over');
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) logger.warn({ err: error }, 'what is under way cannot be seen; looking again soon');
      this.#failing = true;
    }
  }

  #findOrphans(underWay: readonly UnderWay[]): UnderWay[] {
    const { drives, owner, claims } = this.#deps;
    const unseen = new Set<string>();
    const orphans = underWay.filter((one) => {
      if (drives.get(one.id) || claims.isClaiming(one.id)) return false;
      if (one.owner !== owner) return this.#isOrphan(one);
      unseen.add(one.id);
      return this.#unseen.has(one.id);
    });
    this.#unseen = unseen;
    return orphans;
  }

  #isOrphan({ owner }: UnderWay): boolean {
    return owner === null || !this.#processes || this.#processes.isGone(owner);
  }

  /** One that cannot be taken keeps no other: only an outage ends the look. */
  async #tryToTake(orphan: UnderWay): Promise<boolean> {
    if (this.#stopped || this.#takenRecently(orphan.id)) return false;
    try {
      return await this.#take(orphan);
    } catch (err) {
      if (err instanceof StoreUnavailableError) throw err;
      this.#takenAt.set(orphan.id, performance.now());
      this.#deps.logger.error(
        { executionId: orphan.id, err },
        'execution that nobody drives cannot be taken over',
      );
      return false;
    }
  }

  async #take(orphan: UnderWay): Promise<boolean> {
    const { store, drives, owner, claims, ended } = this.#deps;
    if (orphan.owner === owner && orphan.status === 'STARTING' && claims.wasClaimLost(orphan)) {
      // Nothing has been begun. Of a takeover whose answer was lost that is not known.
      const { expected, change } = requeue(orphan, 'Waiting for its turn again.');
      return (await store.updateExecution(orphan.id, expected, change)) !== null;
    }
    const { expected, change } = takeOver(orphan, owner);
    const mine = await store.updateExecution(orphan.id, expected, change);
    if (!mine) return false;
    this.#takenAt.set(orphan.id, performance.now());
    await drives.resume(mine, ended);
    return true;
  }

  #takenRecently(id: string): boolean {
    const now = performance.now();
    for (const [one, at] of this.#takenAt) if (now - at >= AGAIN_MS) this.#takenAt.delete(one);
    return this.#takenAt.has(id);
  }
}
