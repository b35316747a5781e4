import type { DatabaseSync } from 'node:sqlite';
import type { Execution } from '../../executions/execution.ts';
import type { Session, SessionChange } from '../../executions/sessions/session.ts';
import type {
  OpenSession,
  SessionExecutionsQuery,
  SessionQuery,
  SessionQueue,
} from '../../executions/sessions/session-store.ts';
import { type ExecutionRow, parse, SELECT_EXECUTION, toExecution } from './rows.ts';
import { ACTIVE } from './schema.ts';

/** Above every id. */
const AFTER_ALL = 'g';

type Row = { readonly record: string };

function toSession(row: unknown): Session | null {
  return row === undefined ? null : decode(row);
}

function toSessions(rows: readonly unknown[]): Session[] {
  return rows.map(decode);
}

/** Servers before this one wrote no epoch. */
function decode(row: unknown): Session {
  const { epoch = 0, ...session } = parse<Omit<Session, 'epoch'> & { epoch?: number }>((row as Row).record);
  return { ...session, epoch };
}

/** False when its unique key is taken and nothing was inserted. */
function prepareCreateSession(database: DatabaseSync): (session: Session) => boolean {
  const insert = database.prepare('INSERT INTO sessions (id, record) VALUES (?, ?) ON CONFLICT DO NOTHING');
  return (session) => insert.run(session.id, JSON.stringify(session)).changes > 0;
}

export const LIST_SESSIONS =
  'SELECT record FROM sessions WHERE caller = ? AND id < ? ORDER BY id DESC LIMIT ?';
export const LIST_SESSIONS_BY_STATUS =
  'SELECT record FROM sessions WHERE caller = ? AND status = ? AND id < ? ORDER BY id DESC LIMIT ?';

function prepareListSessions(database: DatabaseSync): (query: SessionQuery) => Session[] {
  const all = database.prepare(LIST_SESSIONS);
  const some = database.prepare(LIST_SESSIONS_BY_STATUS);
  return ({ caller, before = AFTER_ALL, limit, status }) =>
    toSessions(
      status === undefined ? all.all(caller, before, limit) : some.all(caller, status, before, limit),
    );
}

/** Atomic because both statements run in one synchronous turn within one transaction, and no one else writes. */
function prepareUpdateSession(
  database: DatabaseSync,
): (id: string, change: SessionChange, epoch?: number) => Session | null {
  const select = database.prepare('SELECT record FROM sessions WHERE id = ?');
  const update = database.prepare('UPDATE sessions SET record = ? WHERE id = ?');
  return (id, change, epoch = 0) => {
    const session = toSession(select.get(id));
    if (session === null || session.status === 'ENDED') return null;
    if (epoch > 0 && session.epoch !== epoch) return null;
    const changed = { ...session, ...change };
    update.run(JSON.stringify(changed), id);
    return changed;
  };
}

export const LIST_OPEN_SESSIONS = "SELECT record FROM sessions WHERE status IN ('STARTING', 'IDLE', 'BUSY')";

function prepareListOpenSessions(database: DatabaseSync): () => OpenSession[] {
  const select = database.prepare(LIST_OPEN_SESSIONS);
  return () =>
    toSessions(select.all()).map(({ id, caller, owner, epoch, status, endRequestedAt, lastUsedAt }) => ({
      id,
      caller,
      owner,
      epoch,
      status,
      endRequestedAt,
      lastUsedAt,
    }));
}

export const LIST_SESSION_QUEUES = `
  SELECT session_id AS sessionId, count(*) AS queued, min(id) AS headId FROM executions
  WHERE ${ACTIVE} AND status = 'QUEUED' AND session_id > '' GROUP BY session_id`;

function prepareListSessionQueues(database: DatabaseSync): () => SessionQueue[] {
  const select = database.prepare(LIST_SESSION_QUEUES);
  return () => (select.all() as unknown as SessionQueue[]).map((row) => ({ ...row }));
}

export const COUNT_QUEUED_IN_SESSION_BEFORE = `
  SELECT count(*) AS count FROM executions WHERE ${ACTIVE} AND status = 'QUEUED' AND session_id = ? AND id < ?`;

function prepareCountQueuedBefore(
  database: DatabaseSync,
): (sessionId: string, executionId: string) => number {
  const select = database.prepare(COUNT_QUEUED_IN_SESSION_BEFORE);
  return (sessionId, executionId) => (select.get(sessionId, executionId) as { count: number }).count;
}

export const LIST_SESSION_EXECUTIONS = `
  ${SELECT_EXECUTION} WHERE session_id = ? AND id < ? AND hidden = 0 ORDER BY id DESC LIMIT ?`;

function prepareListSessionExecutions(
  database: DatabaseSync,
): (query: SessionExecutionsQuery) => Execution[] {
  const select = database.prepare(LIST_SESSION_EXECUTIONS);
  return ({ sessionId, before = AFTER_ALL, limit }) =>
    (select.all(sessionId, before, limit) as unknown as ExecutionRow[]).map(toExecution);
}

export const FIND_EXPIRED_SESSIONS =
  'SELECT id FROM sessions WHERE ended_at IS NOT NULL AND ended_at < ? ORDER BY ended_at LIMIT ?';

function prepareDeleteExpiredSessions(
  database: DatabaseSync,
): (endedBefore: number, limit: number) => number {
  const find = database.prepare(FIND_EXPIRED_SESSIONS);
  const remove = database.prepare('DELETE FROM sessions WHERE id = ?');
  return (endedBefore, limit) => {
    const expired = find.all(endedBefore, limit) as { id: string }[];
    for (const { id } of expired) remove.run(id);
    return expired.length;
  };
}

/** The operations on sessions, as `prepareOperations` has the others. */
export function prepareSessionOperations(database: DatabaseSync) {
  const getSession = database.prepare('SELECT record FROM sessions WHERE id = ?');
  const getByUniqueKey = database.prepare('SELECT record FROM sessions WHERE unique_key = ?');
  const scan = database.prepare('SELECT record FROM sessions WHERE id > ? ORDER BY id LIMIT ?');
  return {
    createSession: prepareCreateSession(database),
    getSession: (id: string) => toSession(getSession.get(id)),
    getSessionByUniqueKey: (uniqueKey: string) => toSession(getByUniqueKey.get(uniqueKey)),
    scanSessions: (after: string, limit: number) => toSessions(scan.all(after, limit)),
    listSessions: prepareListSessions(database),
    updateSession: prepareUpdateSession(database),
    listOpenSessions: prepareListOpenSessions(database),
    listSessionQueues: prepareListSessionQueues(database),
    countQueuedInSessionBefore: prepareCountQueuedBefore(database),
    listSessionExecutions: prepareListSessionExecutions(database),
    deleteExpiredSessions: prepareDeleteExpiredSessions(database),
  };
}
