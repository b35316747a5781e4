import { PeriodicTask } from '../../async/periodic-task.ts';
import type { Notifier } from '../notifier.ts';
import type { LastingSandboxes } from '../session-host.ts';
import type { Store, UnderWay } from '../store.ts';
import type { Logger, Telemetry } from '../telemetry.ts';
import type { ActiveSession } from './active-session.ts';
import type { Session } from './session.ts';
import type { OpenSession } from './session-store.ts';
import type { Sessions } from './sessions.ts';

/** How often what other processes did to sessions is polled, milliseconds; only while a session is open or watched here. */
const POLL_INTERVAL_MS = 100;

export interface SessionMaintenanceOptions {
  readonly store: Store;
  readonly sessions: Sessions;
  /** Null where sandboxes end with their process. */
  readonly sandboxes: LastingSandboxes | null;
  readonly telemetry: Pick<Telemetry, 'sessionEnded'>;
  readonly notifier: Notifier<Session>;
  readonly endQueued: (session: Pick<Session, 'id' | 'message'>) => Promise<void>;
  readonly owner: string;
  readonly logger: Logger;
}

/**
 * Keeps the sessions' records right beside what clients request, from construction to disposal: adopts those whose process
 * is gone, or ends them where the sandbox died with it (`recover`), and, where several processes share the store, brings
 * what others wrote to the sessions and the viewers here.
 */
export class SessionMaintenance implements AsyncDisposable {
  readonly #options: SessionMaintenanceOptions;
  readonly #task: PeriodicTask | null;
  /** What was last seen of sessions that are watched here and owned elsewhere. */
  readonly #seen = new Map<string, string>();
  /** Those that had not ended when they were last listed. */
  #open: ReadonlySet<string> = new Set();
  #isFailing = false;

  constructor(options: SessionMaintenanceOptions) {
    this.#options = options;
    this.#task = options.store.sharing && new PeriodicTask(POLL_INTERVAL_MS, () => this.#poll());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#task?.[Symbol.asyncDispose]();
  }

  /**
   * Adopts or ends the sessions whose process is gone, and ends what waits in sessions that have ended.
   * @param isGone whether a process's lease has expired
   * @throws StoreUnavailableError
   */
  async recover(isGone: (owner: string) => boolean): Promise<void> {
    const { store, sessions, sandboxes, owner } = this.#options;
    const open = await store.sessions.listOpenSessions();
    const standing = new Set<string>();
    for (const session of open) {
      const isOrphan =
        session.owner === owner
          ? !sessions.owns(session.id)
          : session.owner === null || isGone(session.owner);
      if (isOrphan && sandboxes === null) await this.#lose(session);
      else standing.add(session.id);
      if (isOrphan && sandboxes !== null) await sessions.adopt(session, sandboxes);
    }
    this.#open = standing;
    for (const { sessionId } of await store.sessions.listSessionQueues()) {
      if (standing.has(sessionId)) continue;
      // It may have been created after the list was made.
      const session = await store.sessions.getSession(sessionId);
      if (session === null) await this.#options.endQueued({ id: sessionId, message: null });
      else if (session.status === 'ENDED') await this.#options.endQueued(session);
    }
  }

  /**
   * Whether an execution of a session, which is under way and active nowhere, is its session's to adopt: here, or where that
   * is held. To be asked after `recover`.
   */
  offer(orphan: UnderWay): boolean {
    const { sessions, sandboxes } = this.#options;
    if (sandboxes === null || orphan.sessionId === null) return false;
    return sessions.offer(orphan) || this.#open.has(orphan.sessionId);
  }

  /** Whether this process holds the session, so that nobody else may run anything in it. */
  holds(id: string | null): boolean {
    const { sessions, sandboxes } = this.#options;
    return sandboxes !== null && id !== null && sessions.owns(id);
  }

  async #lose({ id, epoch }: OpenSession): Promise<void> {
    const { store, notifier, telemetry, logger } = this.#options;
    const ended = await store.sessions.updateSession(
      id,
      {
        status: 'ENDED',
        endReason: 'LOST',
        message: 'The server that held it is gone, and its sandbox with it.',
        endedAt: Date.now(),
      },
      epoch,
    );
    if (ended === null) return;
    telemetry.sessionEnded('LOST');
    logger.info({ sessionId: id, reason: 'LOST' }, 'session ended');
    notifier.notify(id, ended);
  }

  async #poll(): Promise<void> {
    const { notifier, logger, sessions } = this.#options;
    const owned = [...sessions.active()];
    const watched = [...notifier.watched()].filter((id) => !sessions.owns(id));
    for (const id of this.#seen.keys()) if (!watched.includes(id)) this.#seen.delete(id);
    if (owned.length === 0 && watched.length === 0) return;
    try {
      await this.#compare(owned, watched);
      this.#isFailing = false;
    } catch (err) {
      if (!this.#isFailing) logger.warn({ err }, 'sessions cannot be read; polling again');
      this.#isFailing = true;
    }
  }

  async #compare(owned: readonly ActiveSession[], watched: readonly string[]): Promise<void> {
    const { store, notifier } = this.#options;
    const open = new Map((await store.sessions.listOpenSessions()).map((session) => [session.id, session]));
    const queued = new Set((await store.sessions.listSessionQueues()).map(({ sessionId }) => sessionId));
    for (const active of owned) {
      const { id } = active.session;
      const stored = open.get(id);
      // Adopted or ended by another process, which takes this one for gone.
      if (stored === undefined || stored.epoch > active.session.epoch) active.lose();
      else if (stored.endRequestedAt !== null) active.end('CLOSED', null);
      if (queued.has(id)) active.poll();
    }
    for (const id of watched) {
      const now = open.get(id);
      const state = now ? `${now.status} ${now.lastUsedAt}` : 'ENDED';
      if (this.#seen.get(id) === state) continue;
      this.#seen.set(id, state);
      const session = await store.sessions.getSession(id);
      if (session !== null) notifier.notify(id, session);
    }
  }
}
