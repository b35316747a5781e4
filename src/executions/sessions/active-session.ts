import { Latch } from '../../async/latch.ts';
import type { ActiveExecution } from '../active-execution.ts';
import { type Execution, hasEnded, type RunnerInfo } from '../execution.ts';
import type { Retry } from '../retry.ts';
import { type SessionSandbox, SessionStartError } from '../session-host.ts';
import type { Store, UnderWay } from '../store.ts';
import type { Logger, Telemetry } from '../telemetry.ts';
import { SessionDeadlines } from './deadlines.ts';
import { OwnedSession, type OwnedSessionOptions } from './owned-session.ts';
import type { Session, SessionEndReason } from './session.ts';
import { SessionQueue } from './session-queue.ts';
import { SessionRunner } from './session-runner.ts';

export interface ActiveSessionOptions extends OwnedSessionOptions {
  readonly store: Store;
  readonly retry: Retry;
  readonly logger: Logger;
  readonly telemetry: Pick<Telemetry, 'sessions' | 'sessionEnded'>;
  /** This process's name. */
  readonly owner: string;
  /** Runs an execution that was claimed, by `runner`. */
  readonly begin: (claimed: Execution, runner: SessionRunner) => ActiveExecution;
  /** Continues one that was adopted, by `runner`. */
  readonly adopt: (adopted: Execution, runner: SessionRunner) => Promise<ActiveExecution>;
  /** Ends what is still queued in the session. */
  readonly endQueued: (session: Session) => Promise<void>;
}

/** Has a session's sandbox made, or adopts it; as `SessionHost.open` and `LastingSandboxes.adopt`. */
export interface SessionOpening {
  open(bound: (runner: RunnerInfo) => Promise<boolean>, stop: AbortSignal): Promise<SessionSandbox>;
  /** Removes what may be left of one that was to be adopted and ends before it is. Never rejects. */
  abandon(): Promise<void>;
}

interface End {
  readonly reason: SessionEndReason;
  /** Null when its caller ended it. */
  readonly message: string | null;
}

/**
 * One session that this process owns, from its creation or adoption on. In one of these modes:
 *
 * - *open*, at first: its sandbox is being made or adopted, then executions run in it one after the other: first those that
 *   a former owner left under way, then those queued, in the order of their ids.
 * - *ending*, from the first call of `end` on, or once the sandbox could not be made or is gone: nothing is claimed any
 *   more, what runs is stopped, the sandbox is disposed.
 * - *ended*: the end is recorded, and then that of what was still queued; `done` settles then.
 * - *released*: this process is closing, and the sandbox goes on without it; the record has no owner. `done` settles then.
 * - *lost*: another process owns the session, or has ended it: nothing is written any more. `done` settles when the sandbox
 *   is left to that process, or disposed where it cannot go on without this one.
 *
 * What must stay true: the first cause of an end is the end; the end is recorded once the sandbox is gone.
 */
export class ActiveSession {
  readonly #options: ActiveSessionOptions;
  readonly #record: OwnedSession;
  readonly #deadlines: SessionDeadlines;
  readonly #queue: SessionQueue;
  readonly #latch = new Latch();
  readonly #stop = new AbortController();
  readonly #isAdopted: boolean;
  #sandbox: SessionSandbox | null = null;
  /** It ended by itself. */
  #isSandboxGone = false;
  #end: End | null = null;
  #isReleased = false;
  #isClaimingStopped = false;
  #running: ActiveExecution | null = null;
  /** Settles when this process holds the session no longer. Never rejects. */
  readonly done: Promise<void>;

  constructor(session: Session, opening: SessionOpening, options: ActiveSessionOptions) {
    this.#options = options;
    this.#isAdopted = session.epoch > 1;
    this.#record = new OwnedSession(session, options, () => this.#lost());
    this.#queue = new SessionQueue(session.id, options);
    this.#deadlines = new SessionDeadlines(session, (reason, message) => this.end(reason, message));
    options.telemetry.sessions(1);
    this.done = this.#live(opening)
      .catch((err: unknown) => {
        options.logger.error({ sessionId: session.id, err }, 'the end of a session could not be recorded');
      })
      .finally(() => options.telemetry.sessions(-1));
  }

  get session(): Session {
    return this.#record.session;
  }

  /** Whether a claim of this execution is on its way. */
  isClaiming(id: string): boolean {
    return this.#queue.isClaiming(id);
  }

  /** Claims nothing more: this process is closing. */
  stopClaiming(): void {
    this.#isClaimingStopped = true;
  }

  /** Something may be queued in it. */
  poll(): void {
    this.#latch.open();
  }

  /** An execution of it is under way and active nowhere: it is adopted in its turn. */
  offer(orphan: UnderWay): void {
    this.#queue.offer(orphan);
    this.#latch.open();
  }

  /** Ends it, unless it is ending already. @param message null when its caller ends it */
  end(reason: SessionEndReason, message: string | null): void {
    if (this.#end !== null) return;
    this.#end = { reason, message };
    // So that another process ends it in the same way, should this one die meanwhile.
    if (reason === 'CLOSED') this.#record.change({ endRequestedAt: Date.now() });
    this.#stop.abort(message ?? 'The session was ended by its caller.');
    if (this.#running !== null) this.#stopRunning();
    this.#latch.open();
  }

  /** Leaves it to another process, at once or when its sandbox is made; only where that goes on without this one. */
  release(): void {
    if (this.#end !== null) return;
    this.#isReleased = true;
    this.stopClaiming();
    if (this.#sandbox === null && this.#isAdopted) this.#stop.abort('This process is closing.');
    this.#running?.stop('INTERRUPTED');
    this.#latch.open();
  }

  /** Whether another process can adopt it: it was released, and has a sandbox. */
  get canBeAdopted(): boolean {
    return this.#isReleased && this.session.runner !== null;
  }

  /** Another process owns it, or has ended it. */
  lose(): void {
    this.#record.lose();
  }

  /** Whether it is left to another process. */
  get #isAnothers(): boolean {
    return this.#record.isLost || (this.#isReleased && this.#end === null);
  }

  async #live(opening: SessionOpening): Promise<void> {
    const sandbox = await this.#open(opening);
    this.#sandbox = sandbox;
    void sandbox?.ended.then(({ reason, message }) => {
      this.#isSandboxGone = true;
      this.end(reason, message);
    });
    try {
      // Of one that was just created nothing is under way.
      if (this.#isAdopted) await this.#queue.findUnderWay();
      await this.#serve(sandbox);
    } finally {
      if (sandbox !== null) await this.#leave(sandbox);
    }
    await this.#finish();
  }

  /** Null when it could not be made, or the session is to end already. */
  async #open(opening: SessionOpening): Promise<SessionSandbox | null> {
    const { logger } = this.#options;
    const { id } = this.session;
    try {
      const sandbox = await opening.open((runner) => this.#bound(runner), this.#stop.signal);
      const { status } = this.session;
      if (status === 'STARTING') {
        this.#record.change({ status: 'IDLE', runner: sandbox.runner, lastUsedAt: Date.now() });
      }
      if (status !== 'BUSY') this.#deadlines.used(this.session);
      return sandbox;
    } catch (error) {
      if (this.#end === null && !this.#isAnothers) this.#failed(id, error, logger);
      if (this.#end !== null) await opening.abandon();
      return null;
    }
  }

  #failed(sessionId: string, err: unknown, logger: Logger): void {
    if (err instanceof SessionStartError) {
      this.end(err.reason, err.message);
      return;
    }
    logger.error({ sessionId, err }, 'session failed for a defect');
    this.end('LOST', 'The service failed while it made its sandbox.');
  }

  async #bound(runner: RunnerInfo): Promise<boolean> {
    this.#record.change({ runner });
    await this.#record.written();
    return !this.#record.isLost;
  }

  async #serve(sandbox: SessionSandbox | null): Promise<void> {
    while (!this.#isAnothers) {
      this.#latch.close();
      const { begin, adopt } = this.#options;
      const orphan = this.#isClaimingStopped ? null : await this.#queue.nextUnderWay();
      // Also of a session that is to end: what it printed is there, and it gets an end.
      if (orphan !== null) await this.#execute(await adopt(orphan, this.#runner(sandbox, orphan)));
      else if (this.#end !== null) return;
      else {
        const next = this.#isClaimingStopped ? null : await this.#queue.nextQueued();
        if (next === 'again') continue;
        if (next !== null) await this.#execute(begin(next, this.#runner(sandbox, next)));
        else {
          this.#setIdle();
          await this.#latch.opened;
        }
      }
    }
  }

  #runner(sandbox: SessionSandbox | null, { context }: Execution): SessionRunner {
    this.#deadlines.busy();
    this.#record.change({ status: 'BUSY', lastUsedAt: Date.now() });
    return new SessionRunner(
      sandbox,
      context,
      () => this.#end,
      (contexts) => this.#record.change({ contexts: contexts(this.session.contexts) }),
    );
  }

  async #execute(running: ActiveExecution): Promise<void> {
    this.#running = running;
    if (this.#record.isLost) running.lose();
    else if (this.#isReleased) running.stop('INTERRUPTED');
    else if (this.#end !== null) this.#stopRunning();
    await running.done;
    this.#running = null;
    this.#record.change({ lastUsedAt: Date.now() });
    if (hasEnded(running.execution)) return;
    // It was released, or lost: so the session should be another process's.
    await this.#record.written();
    if (!this.#isAnothers) this.end('LOST', 'Its sandbox takes nothing from this server any more.');
  }

  /**
   * What could go on without this process ends with its sandbox; with one that is gone by itself, when all that it left has
   * been read.
   */
  #stopRunning(): void {
    if (this.#sandbox?.detach === undefined) this.#running?.stop('INTERRUPTED');
    else if (!this.#isSandboxGone) void this.#dispose(this.#sandbox);
  }

  /** Leaves it to whoever owns it then, where that can be. */
  async #leave(sandbox: SessionSandbox): Promise<void> {
    if (this.#isAnothers && sandbox.detach) sandbox.detach();
    else await this.#dispose(sandbox);
  }

  async #dispose(sandbox: SessionSandbox): Promise<void> {
    try {
      await sandbox[Symbol.asyncDispose]();
    } catch (err) {
      const { logger } = this.#options;
      logger.warn({ sessionId: this.session.id, err }, 'the sandbox of a session was not removed');
    }
  }

  #setIdle(): void {
    if (this.session.status !== 'BUSY') return;
    this.#record.change({ status: 'IDLE' });
    this.#deadlines.used(this.session);
  }

  #lost(): void {
    const { logger } = this.#options;
    logger.warn({ sessionId: this.session.id }, 'session was adopted or ended by another process');
    this.#stop.abort('Another process owns the session.');
    this.#running?.lose();
    this.#latch.open();
  }

  async #finish(): Promise<void> {
    this.#deadlines[Symbol.dispose]();
    const { logger, telemetry, endQueued } = this.#options;
    if (this.#isAnothers) {
      this.#record.change({ owner: null });
      await this.#record.written();
      return;
    }
    const { reason, message } = this.#end ?? { reason: 'LOST' as const, message: null };
    await this.#record.end({ status: 'ENDED', endReason: reason, message, endedAt: Date.now() });
    if (this.#record.isLost) return;
    const { session } = this;
    telemetry.sessionEnded(session.endReason ?? reason);
    logger.info({ sessionId: session.id, reason: session.endReason }, 'session ended');
    await endQueued(session);
  }
}
