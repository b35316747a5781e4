import { Latch } from '../../async/latch.ts';
import type { ActiveExecution } from '../active-execution.ts';
import type { Execution, Payload } from '../execution.ts';
import type { Retry } from '../retry.ts';
import { type SessionHost, type SessionSandbox, SessionStartError } from '../session-host.ts';
import type { Store } from '../store.ts';
import type { Logger } from '../telemetry.ts';
import { claim } from '../transitions.ts';
import { SessionDeadlines } from './deadlines.ts';
import { OwnedSession, type OwnedSessionOptions } from './owned-session.ts';
import type { Session, SessionEndReason } from './session.ts';
import { SessionRunner } from './session-runner.ts';

export interface ActiveSessionOptions extends OwnedSessionOptions {
  readonly store: Store;
  readonly host: SessionHost;
  readonly retry: Retry;
  readonly logger: Logger;
  /** Runs an execution that was claimed, by `runner`; resolves when it is no longer active. */
  readonly begin: (claimed: Execution, runner: SessionRunner) => ActiveExecution;
  /** Ends what is still queued in the session. */
  readonly endQueued: (session: Session) => Promise<void>;
}

interface End {
  readonly reason: SessionEndReason;
  /** Null when its caller ended it. */
  readonly message: string | null;
}

/**
 * One session that this process owns, from its creation to its end. In one of three modes:
 *
 * - *open*, at first: its sandbox is being made, then executions run in it one after the other, in the order of their ids.
 * - *ending*, from the first call of `end` on, or once the sandbox could not be made or is gone: nothing is claimed any
 *   more, what runs is stopped, the sandbox is disposed.
 * - *ended*: the end is recorded, and then that of what was still queued; `done` settles then.
 *
 * What must stay true: the first cause of an end is the end; the end is recorded once the sandbox is gone.
 */
export class ActiveSession {
  readonly #options: ActiveSessionOptions;
  readonly #record: OwnedSession;
  readonly #deadlines: SessionDeadlines;
  readonly #latch = new Latch();
  readonly #stop = new AbortController();
  #end: End | null = null;
  #isClaimingStopped = false;
  #claiming: string | null = null;
  #running: ActiveExecution | null = null;
  /** Settles when the session has ended. Never rejects. */
  readonly done: Promise<void>;

  constructor(
    session: Session,
    given: { readonly files: Payload['files']; readonly env: Payload['env'] },
    options: ActiveSessionOptions,
  ) {
    this.#options = options;
    this.#record = new OwnedSession(session, options);
    this.#deadlines = new SessionDeadlines(session, (reason, message) => this.end(reason, message));
    this.done = this.#live(given).catch((err: unknown) => {
      options.logger.error({ sessionId: session.id, err }, 'the end of a session could not be recorded');
    });
  }

  get session(): Session {
    return this.#record.session;
  }

  /** Whether a claim of this execution is on its way. */
  isClaiming(id: string): boolean {
    return this.#claiming === id;
  }

  /** Claims nothing more: this process is closing. */
  stopClaiming(): void {
    this.#isClaimingStopped = true;
  }

  /** Something may be queued in it. */
  poll(): void {
    this.#latch.open();
  }

  /** Ends it, unless it is ending already. @param message null when its caller ends it */
  end(reason: SessionEndReason, message: string | null): void {
    if (this.#end !== null) return;
    this.#end = { reason, message };
    this.#stop.abort(message ?? 'The session was ended by its caller.');
    this.#running?.stop('INTERRUPTED');
    this.#latch.open();
  }

  async #live(given: { readonly files: Payload['files']; readonly env: Payload['env'] }): Promise<void> {
    const sandbox = await this.#open(given);
    if (sandbox !== null) {
      void sandbox.ended.then(({ reason, message }) => this.end(reason, message));
      try {
        await this.#serve(sandbox);
      } finally {
        await this.#dispose(sandbox);
      }
    }
    await this.#finish();
  }

  /** Null when it could not be made, or the session is to end already. */
  async #open({
    files,
    env,
  }: {
    files: Payload['files'];
    env: Payload['env'];
  }): Promise<SessionSandbox | null> {
    const { host, logger } = this.#options;
    const { id, language, limits } = this.session;
    try {
      const sandbox = await host.open({ id, language, limits, files, env }, this.#stop.signal);
      this.#record.change({ status: 'IDLE', runner: sandbox.runner, lastUsedAt: Date.now() });
      this.#deadlines.used(this.session);
      return sandbox;
    } catch (error) {
      if (this.#end !== null) return null;
      if (error instanceof SessionStartError) this.end(error.reason, error.message);
      else {
        logger.error({ sessionId: id, err: error }, 'session failed for a defect');
        this.end('LOST', 'The service failed while it made its sandbox.');
      }
      return null;
    }
  }

  async #serve(sandbox: SessionSandbox): Promise<void> {
    while (this.#end === null && !this.#record.isLost) {
      this.#latch.close();
      const headId = this.#isClaimingStopped ? null : await this.#findHead();
      const claimed = headId === null ? null : await this.#claim(headId);
      if (claimed !== null) await this.#execute(sandbox, claimed);
      else if (headId === null) {
        this.#setIdle();
        await this.#latch.opened;
      }
    }
  }

  async #execute(sandbox: SessionSandbox, claimed: Execution): Promise<void> {
    this.#deadlines.busy();
    this.#record.change({ status: 'BUSY', lastUsedAt: Date.now() });
    const runner = new SessionRunner(
      sandbox,
      claimed.context,
      () => this.#end,
      (contexts) => this.#record.change({ contexts: contexts(this.session.contexts) }),
    );
    this.#running = this.#options.begin(claimed, runner);
    if (this.#end !== null) this.#running.stop('INTERRUPTED');
    await this.#running.done;
    this.#running = null;
    this.#record.change({ lastUsedAt: Date.now() });
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

  /** The oldest execution that is queued in it; null when none is. */
  async #findHead(): Promise<string | null> {
    const { store, retry } = this.#options;
    const queues = await retry(() => store.sessions.listSessionQueues());
    return queues.find(({ sessionId }) => sessionId === this.session.id)?.headId ?? null;
  }

  /** Null when it was cancelled meanwhile. */
  async #claim(id: string): Promise<Execution | null> {
    const { store, retry } = this.#options;
    const { owner } = this.session;
    this.#claiming = id;
    try {
      return await retry(async () => {
        const head = await store.getExecution(id);
        // A claim whose response was lost.
        if (head?.status === 'STARTING' && head.owner === owner) return head;
        if (head?.status !== 'QUEUED') return null;
        const { expected, change } = claim(head, owner);
        return store.updateExecution(id, expected, change);
      });
    } finally {
      this.#claiming = null;
    }
  }

  async #finish(): Promise<void> {
    this.#deadlines[Symbol.dispose]();
    const { reason, message } = this.#end ?? { reason: 'LOST' as const, message: null };
    await this.#record.end({ status: 'ENDED', endReason: reason, message, endedAt: Date.now() });
    const { session } = this;
    this.#options.logger.info({ sessionId: session.id, reason: session.endReason }, 'session ended');
    await this.#options.endQueued(session);
  }
}
