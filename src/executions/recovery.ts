import { HEARTBEAT_INTERVAL_MS } from '../bounds.ts';
import type { ActiveExecution } from './active-execution.ts';
import type { ActiveExecutions } from './active-executions.ts';
import type { Admission } from './admission.ts';
import { StoreUnavailableError } from './errors.ts';
import { Membership } from './membership.ts';
import type { SessionMaintenance } from './sessions/session-maintenance.ts';
import type { Store, UnderWay } from './store.ts';
import type { Logger } from './telemetry.ts';
import { adopt, requeue } from './transitions.ts';

/** When an execution that could not be adopted, or whose end could not be recorded, is tried again, milliseconds. */
const AGAIN_MS = 60_000;

export interface RecoveryOptions {
  readonly store: Store;
  readonly active: ActiveExecutions;
  /** What this process is claiming, or has claimed without getting the response. */
  readonly claims: Pick<Admission, 'isClaiming' | 'wasClaimLost'>;
  /** Adopts or ends the sessions of processes that are gone, and adopts what runs in its own. */
  readonly sessions: Pick<SessionMaintenance, 'recover' | 'offer' | 'holds'>;
  /** This process's name, written on what it takes. */
  readonly owner: string;
  readonly ended: (execution: ActiveExecution) => void;
  readonly logger: Logger;
}

/**
 * Adopts orphans: executions that are STARTING or RUNNING and have no active owner. They were released by another process,
 * or their owner's lease has expired, or this process claimed them and did not get the response. A queued execution is
 * never an orphan: admission finds it.
 *
 * It polls every `HEARTBEAT_INTERVAL_MS` from construction on. After `stop` it adopts nothing more, and goes on with this
 * process's heartbeat, because what it owns is not released yet. After disposal there is no heartbeat.
 */
export class Recovery implements AsyncDisposable {
  readonly #options: RecoveryOptions;
  readonly #membership: Membership | null;
  readonly #timer: NodeJS.Timeout;
  /** Own executions that were not active at the last poll: a claim on its way is not lost yet. */
  #unseen = new Set<string>();
  readonly #adoptedAt = new Map<string, number>();
  #polling: Promise<void> | null = null;
  #failing = false;
  #stopped = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
    const { sharing } = options.store;
    this.#membership = sharing && new Membership(sharing, options.owner, options.logger);
    this.#timer = setInterval(() => {
      // Also while a poll takes long: the lease of a process that has much to adopt must not expire.
      void this.#membership?.heartbeat();
      void this.poll();
    }, HEARTBEAT_INTERVAL_MS).unref();
  }

  /** Adopts what there is now. Single flight. Never rejects: what fails is tried again by the next poll. */
  poll(): Promise<void> {
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = null;
    });
    return this.#polling;
  }

  /** Adopts nothing more. The heartbeat goes on until disposal. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#polling;
  }

  /** Leaves the membership; to be called when every execution has been released. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.stop();
    await this.#membership?.[Symbol.asyncDispose]();
  }

  async #poll(): Promise<void> {
    const { store, sessions, logger } = this.#options;
    try {
      await this.#membership?.heartbeat();
      if (this.#stopped) return;
      // Before the sessions: one whose session is not open then ran in one that has ended.
      const orphans = this.#findOrphans(await store.listUnderWay());
      await sessions.recover((owner) => this.#isGone(owner));
      let adopted = 0;
      for (const orphan of orphans) {
        if (!sessions.offer(orphan) && (await this.#tryToAdopt(orphan))) adopted++;
      }
      if (adopted > 0) logger.info({ adopted }, 'orphaned executions adopted');
      this.#failing = false;
    } catch (error) {
      if (!this.#failing)
        logger.warn({ err: error }, 'running executions cannot be listed; trying again soon');
      this.#failing = true;
    }
  }

  #findOrphans(underWay: readonly UnderWay[]): UnderWay[] {
    const { active, owner, claims, sessions } = this.#options;
    const unseen = new Set<string>();
    const orphans = underWay.filter((one) => {
      if (active.get(one.id) || claims.isClaiming(one.id)) return false;
      // In a session held here it is nobody else's: its owner has lost the session.
      if (one.owner !== owner && !sessions.holds(one.sessionId)) return this.#isOrphan(one);
      unseen.add(one.id);
      return this.#unseen.has(one.id);
    });
    this.#unseen = unseen;
    return orphans;
  }

  #isOrphan({ owner }: UnderWay): boolean {
    return owner === null || this.#isGone(owner);
  }

  /** On a store that one process has for itself any other is gone. */
  #isGone(owner: string): boolean {
    return !this.#membership || this.#membership.isExpired(owner);
  }

  /** One that cannot be adopted does not keep the others: only an outage ends the poll. */
  async #tryToAdopt(orphan: UnderWay): Promise<boolean> {
    if (this.#stopped || this.#adoptedRecently(orphan.id)) return false;
    try {
      return await this.#adopt(orphan);
    } catch (err) {
      if (err instanceof StoreUnavailableError) throw err;
      this.#adoptedAt.set(orphan.id, performance.now());
      this.#options.logger.error({ executionId: orphan.id, err }, 'orphaned execution cannot be adopted');
      return false;
    }
  }

  async #adopt(orphan: UnderWay): Promise<boolean> {
    const { store, active, owner, claims, ended } = this.#options;
    if (orphan.owner === owner && orphan.status === 'STARTING' && claims.wasClaimLost(orphan)) {
      // Nothing has been started. Of an adoption whose response was lost that is not known.
      const { expected, change } = requeue(orphan, 'Queued again; the program had not started.');
      return (await store.updateExecution(orphan.id, expected, change)) !== null;
    }
    const { expected, change } = adopt(orphan, owner);
    const mine = await store.updateExecution(orphan.id, expected, change);
    if (!mine) return false;
    this.#adoptedAt.set(orphan.id, performance.now());
    await active.adopt(mine, ended);
    return true;
  }

  #adoptedRecently(id: string): boolean {
    const now = performance.now();
    for (const [one, at] of this.#adoptedAt) if (now - at >= AGAIN_MS) this.#adoptedAt.delete(one);
    return this.#adoptedAt.has(id);
  }
}
