import { Semaphore } from '../../async/semaphore.ts';
import { allSettledWithin } from '../../async/timeout.ts';
import type { Caller } from '../caller.ts';
import { expectFound, UnavailableError, UserError } from '../errors.ts';
import type { Execution } from '../execution.ts';
import { newExecutionId } from '../id.ts';
import type { SessionOfExecution } from '../input/session.ts';
import type { Notifier } from '../notifier.ts';
import type { Runner } from '../runner.ts';
import type { LastingSandboxes, SessionLanguage } from '../session-host.ts';
import { StatusFollower } from '../status.ts';
import type { UnderWay } from '../store.ts';
import type { Telemetry } from '../telemetry.ts';
import { ActiveSession, type ActiveSessionOptions, type SessionOpening } from './active-session.ts';
import { createSession } from './create.ts';
import {
  type CreateSessionInput,
  parseSession,
  type SessionDefaults,
  type SessionSubmission,
} from './input.ts';
import { checkQueue, type SessionBounds } from './room.ts';
import { hasSessionEnded, type Session } from './session.ts';
import type { OpenSession, SessionExecutionsQuery, SessionQuery } from './session-store.ts';

export type SessionsOptions = SessionDefaults & SessionBounds;

export interface SessionsDeps extends ActiveSessionOptions {
  readonly runner: Pick<Runner, 'runtimes' | 'sessions'>;
  readonly notifier: Notifier<Session>;
  readonly telemetry: Pick<Telemetry, 'refused' | 'sessions' | 'sessionEnded'>;
}

/** What the edges may call. */
export type SessionsApi = Pick<
  Sessions,
  'create' | 'end' | 'get' | 'list' | 'executions' | 'follow' | 'languages' | 'limits'
>;

/** How long `end` waits for the session to have ended, milliseconds. */
const END_WAIT_MS = 5000;
/** How long `close` waits for the ends, milliseconds: sandboxes are killed. */
const CLOSE_WAIT_MS = 2000;
/** How long a creation waits for those before it, milliseconds. */
const CREATE_WAIT_MS = 10_000;

const STOPPED = 'The server that held it was stopped.';
const STOPPED_EARLY = 'The server that held it was stopped before its sandbox stood.';

/** The sessions of the service: what callers may do with them, and those that this process owns. */
export class Sessions {
  readonly #deps: SessionsDeps;
  readonly #options: SessionsOptions;
  readonly #active = new Map<string, ActiveSession>();
  /** Recorded, or about to be, and not active yet. */
  readonly #creating = new Set<string>();
  /** One creation at a time, so that the bounds hold within this process. */
  readonly #creation = new Semaphore(1, CREATE_WAIT_MS);
  #isClosing = false;

  constructor(deps: SessionsDeps, options: SessionsOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** The languages that a session can have on this server. */
  get languages(): readonly SessionLanguage[] {
    return this.#deps.runner.sessions?.languages ?? [];
  }

  /** What this server allows, by its settings. */
  get limits(): SessionsOptions {
    return this.#options;
  }

  /** Sessions that this process owns. */
  active(): IterableIterator<ActiveSession> {
    return this.#active.values();
  }

  /** Whether this process owns the session, or is about to. */
  owns(id: string): boolean {
    return this.#active.has(id) || this.#creating.has(id);
  }

  /**
   * An execution of a session is under way and active nowhere: where this process holds the session, that adopts it in its
   * turn. False when it does not.
   */
  offer(orphan: UnderWay): boolean {
    const active = this.#active.get(orphan.sessionId ?? '');
    active?.offer(orphan);
    return active !== undefined;
  }

  /** Whether a session of this process is claiming this execution. */
  isClaiming(executionId: string): boolean {
    return [...this.#active.values()].some((session) => session.isClaiming(executionId));
  }

  /**
   * Records a session and has its sandbox made; returns once it is recorded.
   * @throws InvalidInputError, UnsupportedLanguageError, QueueFullError, IdempotencyConflictError, UnavailableError
   */
  async create(caller: Caller, input: CreateSessionInput): Promise<Session> {
    if (this.#isClosing) throw new UnavailableError('The server is closing; try again in a moment.');
    const { runner, telemetry } = this.#deps;
    try {
      const submission = parseSession(input, runner.runtimes, runner.sessions, this.#options);
      using permit = await this.#creation.acquire();
      if (!permit) throw new UnavailableError('Too many sessions are being created; try again in a moment.');
      return await this.#create(caller, submission);
    } catch (error) {
      if (error instanceof UserError) telemetry.refused(error.code);
      throw error;
    }
  }

  async #create(caller: Caller, submission: SessionSubmission): Promise<Session> {
    const { store, runner, owner, logger } = this.#deps;
    const id = newExecutionId();
    this.#creating.add(id);
    try {
      const own = { id, caller, owner };
      const { session, created } = await createSession(store.sessions, this.#options, own, submission);
      if (!created) return session;
      const host = runner.sessions;
      if (host === null) throw new Error('Expected a runner that can keep sessions');
      const { files, env } = submission;
      const { language, limits, epoch } = session;
      this.#hold(session, {
        open: (bound, stop) => host.open({ id, language, limits, files, env, epoch, bound }, stop),
        abandon: () => Promise.resolve(),
      });
      logger.info({ sessionId: id, caller, language }, 'session created');
      return session;
    } finally {
      this.#creating.delete(id);
    }
  }

  /** Adopts a session that no process holds any more, unless another one does. @throws StoreUnavailableError */
  async adopt({ id, epoch: before }: OpenSession, sandboxes: LastingSandboxes): Promise<void> {
    if (this.#isClosing || this.owns(id)) return;
    const { store, owner, logger } = this.#deps;
    this.#creating.add(id);
    try {
      const epoch = before + 1;
      const session =
        (await store.sessions.updateSession(id, { owner, epoch }, before)) ??
        // An adoption whose response was lost.
        (await store.sessions.getSession(id));
      if (session === null || session.owner !== owner || hasSessionEnded(session)) return;
      if (this.#isClosing) {
        await store.sessions.updateSession(id, { owner: null }, session.epoch);
        return;
      }
      this.#hold(session, {
        open: (_bound, stop) => sandboxes.adopt(session, stop),
        abandon: () =>
          sandboxes.remove(session).catch((err: unknown) => {
            logger.warn({ sessionId: id, err }, 'what is held for an ended session was not deleted');
          }),
      });
      logger.info({ sessionId: id, epoch: session.epoch }, 'session adopted');
      if (session.endRequestedAt !== null) this.#active.get(id)?.end('CLOSED', null);
    } finally {
      this.#creating.delete(id);
    }
  }

  #hold(session: Session, opening: SessionOpening): void {
    const active = new ActiveSession(session, opening, this.#deps);
    this.#active.set(session.id, active);
    if (this.#isClosing) active.end('LOST', STOPPED_EARLY);
    void active.done.finally(() => this.#active.delete(session.id));
  }

  /**
   * Ends a session, with what runs in it; one that has ended already stays as it is. Waits a few seconds for the end, and
   * returns the session as it is then: not ended yet where another process holds it and takes longer.
   * @throws NotFoundError, UnavailableError
   */
  async end(caller: Caller, id: string): Promise<Session> {
    const session = await this.#own(caller, id);
    if (hasSessionEnded(session)) return session;
    const active = this.#active.get(id);
    if (active) {
      active.end('CLOSED', null);
      await allSettledWithin(END_WAIT_MS, [active.done]);
      return this.#own(caller, id);
    }
    await this.#deps.store.sessions.updateSession(id, { endRequestedAt: Date.now() });
    const follower = await this.follow(caller, id);
    const ended = Array.fromAsync(follower);
    await allSettledWithin(END_WAIT_MS, [ended]);
    await follower.return?.();
    return this.#own(caller, id);
  }

  /** Null when unknown or another caller's. @throws UnavailableError */
  async get(caller: Caller, id: string): Promise<Session | null> {
    const session = this.#active.get(id)?.session ?? (await this.#deps.store.sessions.getSession(id));
    return session?.caller === caller ? session : null;
  }

  /** Newest first; one more than `first` when there are more. @throws UnavailableError */
  list(
    caller: Caller,
    { first, ...query }: Omit<SessionQuery, 'caller' | 'limit'> & { first: number },
  ): Promise<Session[]> {
    return this.#deps.store.sessions.listSessions({ ...query, caller, limit: first + 1 });
  }

  /** A session's executions, newest first; one more than `first` when there are more. @throws UnavailableError */
  executions({
    first,
    ...query
  }: Omit<SessionExecutionsQuery, 'limit'> & { first: number }): Promise<Execution[]> {
    return this.#deps.store.sessions.listSessionExecutions({ ...query, limit: first + 1 });
  }

  /** The session as it is, then at each change of its status; completes at its end. @throws NotFoundError, UnavailableError */
  async follow(caller: Caller, id: string): Promise<AsyncIterableIterator<Session>> {
    const follower = new StatusFollower<Session>(id, this.#deps.notifier, {
      hasEnded: hasSessionEnded,
      comesAfter: (_next, shown) => !hasSessionEnded(shown),
    });
    try {
      return follower.open(await this.#own(caller, id));
    } catch (error) {
      await follower.return();
      throw error;
    }
  }

  /** What a submission needs to know of its session. @throws NotFoundError, UnavailableError */
  async ofExecution(caller: Caller, id: string): Promise<SessionOfExecution> {
    const session = await this.#own(caller, id);
    const language = this.languages.find((one) => one.language === session.language);
    return { ...session, hasContexts: language?.hasContexts ?? false };
  }

  /** Whether another execution may wait in it. @throws SessionEndedError, QueueFullError, NotFoundError, UnavailableError */
  async checkQueue(caller: Caller, id: string): Promise<void> {
    await checkQueue(this.#deps.store.sessions, await this.#own(caller, id));
  }

  /** Why an execution that is queued in a session waits. @throws UnavailableError */
  async waitMessage(id: string, executionId: string): Promise<string> {
    const { sessions } = this.#deps.store;
    const session = this.#active.get(id)?.session ?? (await sessions.getSession(id));
    if (session?.status === 'STARTING') return `Waits until the sandbox of its session ${id} is ready.`;
    const before = await sessions.countQueuedInSessionBefore(id, executionId);
    return `Waits for its turn in session ${id}, where one execution runs at a time: ${before} queued before it.`;
  }

  /** An execution was queued in its session, which may have ended meanwhile. */
  async queued({ sessionId }: Execution): Promise<void> {
    if (sessionId === null) return;
    const active = this.#active.get(sessionId);
    if (active) return active.poll();
    const session = await this.#deps.store.sessions.getSession(sessionId);
    if (session !== null && hasSessionEnded(session)) await this.#deps.endQueued(session);
  }

  /**
   * Nothing more is claimed in the sessions of this process, and those whose sandboxes go on without it are left to another.
   * To be called before what runs is stopped: an execution of theirs that ends only for this process would lose its session.
   */
  release(): void {
    this.#isClosing = true;
    for (const session of this.#active.values()) {
      if (this.#deps.runner.sessions?.lasting) session.release();
      else session.stopClaiming();
    }
  }

  /**
   * Ends those that no other process can adopt, also those that have no sandbox yet two seconds after their release. Waits two
   * seconds more at most. One whose release could not be written by then is another's once the lease of this process expires.
   */
  async close(): Promise<void> {
    this.release();
    const active = [...this.#active.values()];
    const settled = () =>
      allSettledWithin(
        CLOSE_WAIT_MS,
        active.map(({ done }) => done),
      );
    const goOn = this.#deps.runner.sessions?.lasting != null;
    if (goOn) await settled();
    for (const one of active) if (!one.canBeAdopted) one.end('LOST', goOn ? STOPPED_EARLY : STOPPED);
    await settled();
  }

  async #own(caller: Caller, id: string): Promise<Session> {
    return expectFound(id, await this.get(caller, id), 'sessions');
  }
}
