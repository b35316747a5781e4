import type { Execution } from '../execution.ts';
import type { Session, SessionChange, SessionStatus } from './session.ts';

/** What sessions need of a store, by the same rules as its other operations: each is atomic alone and safe to repeat. */
export interface SessionStore {
  /** Records a new session. When `uniqueKey` is taken nothing is written and the holder is returned with `created: false`. */
  createSession(session: Session): Promise<{ created: boolean; session: Session }>;

  getSession(id: string): Promise<Session | null>;

  getSessionByUniqueKey(uniqueKey: string): Promise<Session | null>;

  /** Newest first (by id, descending). */
  listSessions(query: SessionQuery): Promise<Session[]>;

  /** All callers' sessions with ids above `after`, in the order of ids. */
  scanSessions(page: { readonly after: string; readonly limit: number }): Promise<Session[]>;

  /**
   * Changes a session that has not ended, and returns it as it is then; null when it has ended or does not exist.
   * @param epoch what its epoch must be; 0, as of a record that has none, or left out: that is not looked at
   */
  updateSession(id: string, change: SessionChange, epoch?: number): Promise<Session | null>;

  /** Those that have not ended, of all callers and processes, in no order. */
  listOpenSessions(): Promise<OpenSession[]>;

  /** One entry for each session with something queued. */
  listSessionQueues(): Promise<SessionQueue[]>;

  /** How many executions queued in this session are older than this one. */
  countQueuedInSessionBefore(sessionId: string, executionId: string): Promise<number>;

  /** A session's executions, newest first, tombstones left out. */
  listSessionExecutions(query: SessionExecutionsQuery): Promise<Execution[]>;

  /** Removes up to `limit` sessions that ended before `endedBefore`, and returns how many. Their executions stay. */
  deleteExpiredSessions(endedBefore: number, limit: number): Promise<number>;
}

export interface SessionQuery {
  readonly caller: string;
  /** Only sessions with an id below this one (older). */
  readonly before?: string;
  readonly limit: number;
  readonly status?: SessionStatus;
}

export interface SessionExecutionsQuery {
  readonly sessionId: string;
  /** Only executions with an id below this one (older). */
  readonly before?: string;
  readonly limit: number;
}

/** What may change of a session while it is open, beside what only its owner needs. */
export type OpenSession = Pick<
  Session,
  'id' | 'caller' | 'owner' | 'epoch' | 'status' | 'endRequestedAt' | 'lastUsedAt'
>;

export interface SessionQueue {
  readonly sessionId: string;
  readonly queued: number;
  /** The session's oldest queued execution. */
  readonly headId: string;
}
