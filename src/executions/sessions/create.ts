import type { Caller } from '../caller.ts';
import { IdempotencyConflictError } from '../errors.ts';
import { uniqueKeyOf } from '../id.ts';
import type { SessionSubmission } from './input.ts';
import { checkRoom, type SessionBounds } from './room.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './session-store.ts';

/** What a submission does not say of the session it asks for. */
export interface NewSession {
  readonly id: string;
  readonly caller: Caller;
  /** The process that is to hold its sandbox. */
  readonly owner: string;
}

/**
 * Records a session that was checked. A key that was used before with the same input gives the session of then, also where
 * there is no room for another by now.
 * @throws QueueFullError, IdempotencyConflictError, UnavailableError
 */
export async function createSession(
  sessions: SessionStore,
  bounds: SessionBounds,
  own: NewSession,
  submission: SessionSubmission,
): Promise<{ readonly session: Session; readonly created: boolean }> {
  const { idempotencyKey, inputHash } = submission;
  const { id, caller } = own;
  const uniqueKey = uniqueKeyOf(caller, idempotencyKey, id);
  const before = idempotencyKey === null ? null : await sessions.getSessionByUniqueKey(uniqueKey);
  if (before) return sameInput(before, inputHash);
  await checkRoom(sessions, caller, bounds);
  const stored = await sessions.createSession(newSession({ ...own, uniqueKey }, submission, Date.now()));
  return stored.created ? stored : sameInput(stored.session, inputHash);
}

function sameInput(before: Session, inputHash: string | null): { session: Session; created: false } {
  if (before.inputHash === inputHash) return { session: before, created: false };
  throw new IdempotencyConflictError(
    `idempotencyKey: expected the input it was first used with, got another one (session ${before.id}).`,
    before.id,
  );
}

/** The record of a session whose sandbox is not made yet. @param now milliseconds since 1970 */
function newSession(
  own: NewSession & Pick<Session, 'uniqueKey'>,
  submission: SessionSubmission,
  now: number,
): Session {
  const { language, limits, labels, idleTimeoutMs, lifetimeMs, inputHash } = submission;
  return {
    ...own,
    inputHash,
    status: 'STARTING',
    endReason: null,
    message: null,
    language,
    limits,
    labels,
    idleTimeoutMs,
    lifetimeMs,
    createdAt: now,
    lastUsedAt: now,
    endRequestedAt: null,
    endedAt: null,
    contexts: [],
    runner: null,
    epoch: 1,
  };
}
