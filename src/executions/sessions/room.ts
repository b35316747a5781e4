import { SESSION_QUEUED } from '../../bounds.ts';
import type { Caller } from '../caller.ts';
import { QueueFullError, SessionEndedError } from '../errors.ts';
import { hasSessionEnded, type Session } from './session.ts';
import type { SessionStore } from './session-store.ts';

export interface SessionBounds {
  /** Open sessions at once, over all processes; exceeded by at most what is being created. */
  readonly maxSessions: number;
  /** The same of one caller. */
  readonly maxSessionsPerCaller: number;
}

/** When a caller of a full service is to try again, milliseconds: sessions end by idleness, in minutes. */
const RETRY_AFTER_MS = 10_000;

/** Whether there may be another session. @throws QueueFullError when not; UnavailableError */
export async function checkRoom(
  sessions: Pick<SessionStore, 'listOpenSessions'>,
  caller: Caller,
  { maxSessions, maxSessionsPerCaller }: SessionBounds,
): Promise<void> {
  const open = await sessions.listOpenSessions();
  const own = open.filter((session) => session.caller === caller).length;
  const full = (expected: number, of: string, got: number) =>
    new QueueFullError(
      `Expected fewer than ${expected} open sessions${of}, got ${got}. End one, or try again in ${RETRY_AFTER_MS} ms.`,
      RETRY_AFTER_MS,
    );
  if (own >= maxSessionsPerCaller) throw full(maxSessionsPerCaller, ' of one caller', own);
  if (open.length >= maxSessions) throw full(maxSessions, '', open.length);
}

/** Whether another execution may wait in a session. @throws SessionEndedError, QueueFullError when not; UnavailableError */
export async function checkQueue(
  sessions: Pick<SessionStore, 'listSessionQueues'>,
  session: Session,
): Promise<void> {
  const { id, endReason, endRequestedAt } = session;
  if (hasSessionEnded(session) || endRequestedAt !== null) {
    throw new SessionEndedError(
      `Session ${id}: expected one that is open, but it has ended${endReason === null ? '' : ` (${endReason})`}.`,
    );
  }
  const queues = await sessions.listSessionQueues();
  const queued = queues.find((queue) => queue.sessionId === id)?.queued ?? 0;
  if (queued < SESSION_QUEUED) return;
  throw new QueueFullError(
    `Session ${id}: expected fewer than ${SESSION_QUEUED} queued executions, got ${queued}. Try again in ${RETRY_AFTER_MS} ms.`,
    RETRY_AFTER_MS,
  );
}
