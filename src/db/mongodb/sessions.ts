import type { Execution } from '../../executions/execution.ts';
import type { Session, SessionChange, SessionStatus } from '../../executions/sessions/session.ts';
import type {
  OpenSession,
  SessionExecutionsQuery,
  SessionQuery,
  SessionQueue,
  SessionStore,
} from '../../executions/sessions/session-store.ts';
import type { Collections } from './collections.ts';
import {
  DOCUMENT_VERSION,
  decodeExecution,
  IN_SESSION_QUEUES,
  queuedInSession,
  RECORD,
  type SessionDocument,
  sessionOfStatus,
  TOMBSTONE,
  toBound,
  toTime,
} from './documents.ts';
import { isDuplicateKey } from './errors.ts';

const OPEN: SessionStatus[] = ['STARTING', 'IDLE', 'BUSY'];
/** Above every id, and every status of an execution queued in a session. */
const AFTER_ALL = 'g';

type Operation = <T>(operation: (collections: Collections) => Promise<T>) => Promise<T>;

/** The operations on sessions, each a command on one document or a walk over one index. */
export function sessionStore(read: Operation, write: Operation): SessionStore {
  return {
    createSession: (session) => write((collections) => createSession(collections, session)),
    getSession: (_id) => read(async ({ sessions }) => decodeOrNull(await sessions.findOne({ _id }))),
    getSessionByUniqueKey: (uniqueKey) =>
      read(async ({ sessions }) => decodeOrNull(await sessions.findOne({ uniqueKey }))),
    listSessions: (query) => read((collections) => listSessions(collections, query)),
    scanSessions: ({ after, limit }) =>
      read(async ({ sessions }) =>
        limit < 1
          ? []
          : (await sessions.find({ _id: { $gt: after } }, { sort: { _id: 1 }, limit }).toArray()).map(decode),
      ),
    updateSession: (id, change, epoch) =>
      write((collections) => updateSession(collections, id, change, epoch)),
    listOpenSessions: () => read(listOpenSessions),
    listSessionQueues: () => read(listSessionQueues),
    countQueuedInSessionBefore: (sessionId, executionId) =>
      read(({ executions }) =>
        executions.countDocuments({ status: queuedInSession(sessionId), _id: { $lt: executionId } }),
      ),
    listSessionExecutions: (query) => read((collections) => listSessionExecutions(collections, query)),
    deleteExpiredSessions: (endedBefore, limit) =>
      write((collections) => deleteExpiredSessions(collections, endedBefore, limit)),
  };
}

async function createSession(
  { sessions }: Collections,
  session: Session,
): Promise<{ created: boolean; session: Session }> {
  try {
    await sessions.insertOne(encode(session));
    return { created: true, session };
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const holder = decodeOrNull(await sessions.findOne({ uniqueKey: session.uniqueKey }));
    // Removed in between, or its id is taken by another: a repetition finds out.
    if (holder === null) throw error;
    return { created: holder.id === session.id, session: holder };
  }
}

async function listSessions(
  { sessions }: Collections,
  { caller, before = AFTER_ALL, limit, status }: SessionQuery,
): Promise<Session[]> {
  if (limit < 1) return [];
  const search = { caller, _id: { $lt: before }, ...(status !== undefined && { status }) };
  return (await sessions.find(search, { sort: { _id: -1 }, limit }).toArray()).map(decode);
}

/** One `findOneAndUpdate`, which MongoDB carries out as a whole: of several that end it, one does. */
async function updateSession(
  { sessions }: Collections,
  id: string,
  change: SessionChange,
  epoch = 0,
): Promise<Session | null> {
  const document = await sessions.findOneAndUpdate(
    { _id: id, status: { $in: OPEN }, ...(epoch > 0 && { epoch }) },
    { $set: encodeTimes(change) },
    { returnDocument: 'after' },
  );
  return decodeOrNull(document);
}

async function listOpenSessions({ sessions }: Collections): Promise<OpenSession[]> {
  const found = await sessions
    .find({ status: { $in: OPEN } })
    .project<Pick<SessionDocument, '_id' | Exclude<keyof OpenSession, 'id'>>>({
      caller: 1,
      owner: 1,
      epoch: 1,
      status: 1,
      endRequestedAt: 1,
      lastUsedAt: 1,
    })
    .toArray();
  return found.map(({ _id, epoch = 0, endRequestedAt, lastUsedAt, ...same }) => ({
    ...same,
    id: _id,
    epoch,
    endRequestedAt: toTime(endRequestedAt),
    lastUsedAt: lastUsedAt.getTime(),
  }));
}

/** Answered from the index alone, by one walk over the entries of what is queued in sessions. */
async function listSessionQueues({ executions }: Collections): Promise<SessionQueue[]> {
  const queued = executions
    .find({ status: IN_SESSION_QUEUES })
    .project<{ _id: string; status: string }>({ _id: 1, status: 1 });
  const queues = new Map<string, { sessionId: string; queued: number; headId: string }>();
  for await (const { _id, status } of queued) {
    const sessionId = sessionOfStatus(status);
    if (sessionId === null) continue;
    const queue = queues.get(sessionId);
    if (!queue) queues.set(sessionId, { sessionId, queued: 1, headId: _id });
    else {
      queue.queued++;
      if (_id < queue.headId) queue.headId = _id;
    }
  }
  return [...queues.values()];
}

async function listSessionExecutions(
  { executions }: Collections,
  { sessionId, before = AFTER_ALL, limit }: SessionExecutionsQuery,
): Promise<Execution[]> {
  if (limit < 1) return [];
  const found = await executions
    .find(
      { sessionId, _id: { $lt: before }, status: { $ne: TOMBSTONE } },
      { sort: { _id: -1 }, limit, projection: RECORD },
    )
    .toArray();
  return found.map(decodeExecution);
}

async function deleteExpiredSessions(
  { sessions }: Collections,
  endedBefore: number,
  limit: number,
): Promise<number> {
  if (limit < 1) return 0;
  const expired = await sessions
    .find({ endedAt: { $lt: toBound(Math.ceil(endedBefore)) } })
    .project<{ _id: string }>({ _id: 1 })
    .sort({ endedAt: 1 })
    .limit(limit)
    .toArray();
  if (expired.length > 0) await sessions.deleteMany({ _id: { $in: expired.map(({ _id }) => _id) } });
  return expired.length;
}

type TimeName = 'createdAt' | 'lastUsedAt' | 'endRequestedAt' | 'endedAt';
const TIMES: ReadonlySet<string> = new Set<TimeName>([
  'createdAt',
  'lastUsedAt',
  'endRequestedAt',
  'endedAt',
]);

/** Times as dates; fields that are undefined are left out. */
function encodeTimes(fields: Partial<Session>): Partial<SessionDocument> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, TIMES.has(name) && typeof value === 'number' ? new Date(value) : value]),
  );
}

function encode({ id, ...same }: Session): SessionDocument {
  return { ...encodeTimes(same), _id: id, v: DOCUMENT_VERSION } as SessionDocument;
}

function decode({ _id, v, ...same }: SessionDocument): Session {
  if (Math.abs(v - DOCUMENT_VERSION) > 1) {
    throw new Error(
      `Session ${_id} has version ${v}; expected ${DOCUMENT_VERSION - 1} to ${DOCUMENT_VERSION + 1}`,
    );
  }
  return {
    ...same,
    id: _id,
    // Servers before this one wrote none.
    epoch: same.epoch ?? 0,
    createdAt: same.createdAt.getTime(),
    lastUsedAt: same.lastUsedAt.getTime(),
    endRequestedAt: toTime(same.endRequestedAt),
    endedAt: toTime(same.endedAt),
  };
}

function decodeOrNull(document: SessionDocument | null): Session | null {
  return document && decode(document);
}
