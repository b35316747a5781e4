import type { DatabaseSync } from 'node:sqlite';
import type { CallerQueue, CallerRunning, UnderWay } from '../../executions/store.ts';
import { ACTIVE } from './schema.ts';

export const LIST_UNDER_WAY = `SELECT id, status, owner, epoch, session_id AS sessionId FROM executions WHERE ${ACTIVE} AND status IN ('STARTING', 'RUNNING')`;

export function prepareListUnderWay(database: DatabaseSync): () => UnderWay[] {
  const select = database.prepare(LIST_UNDER_WAY);
  return () => (select.all() as unknown as UnderWay[]).map((row) => ({ ...row }));
}

export const COUNT_UNDER_WAY = `SELECT count(*) AS count FROM executions WHERE ${ACTIVE} AND status IN ('STARTING', 'RUNNING')`;

/** STARTING and RUNNING ones. */
export function prepareCountUnderWay(database: DatabaseSync): () => number {
  const select = database.prepare(COUNT_UNDER_WAY);
  return () => (select.get() as { count: number }).count;
}

/** One walk over the index entries of what is under way, as many as run at once, in the index's own order. */
export const LIST_RUNNING = `
  SELECT caller, count(*) AS running FROM executions
  WHERE ${ACTIVE} AND status IN ('STARTING', 'RUNNING') GROUP BY status, session_id, caller`;

export function prepareListRunning(database: DatabaseSync): () => CallerRunning[] {
  const select = database.prepare(LIST_RUNNING);
  return () => {
    const byCaller = new Map<string, number>();
    for (const { caller, running } of select.all() as unknown as CallerRunning[]) {
      byCaller.set(caller, (byCaller.get(caller) ?? 0) + running);
    }
    return Array.from(byCaller, ([caller, running]) => ({ caller, running }));
  };
}

/**
 * Counts the entries of an index that holds nothing but what is queued and under way: 0.1 ms for a full queue of 1,000,
 * where counters in a table of their own would cost every submission a page.
 */
export const LIST_QUEUES = `
  SELECT caller, count(*) AS queued, min(id) AS headId FROM executions
  WHERE ${ACTIVE} AND status = 'QUEUED' AND session_id IS NULL GROUP BY caller`;

export function prepareListQueues(database: DatabaseSync): () => CallerQueue[] {
  const select = database.prepare(LIST_QUEUES);
  return () => (select.all() as unknown as CallerQueue[]).map((row) => ({ ...row }));
}

export const COUNT_QUEUED_BEFORE = `SELECT count(*) AS count FROM executions WHERE ${ACTIVE} AND status = 'QUEUED' AND session_id IS NULL AND caller = ? AND id < ?`;

export function prepareCountQueuedBefore(database: DatabaseSync): (caller: string, id: string) => number {
  const select = database.prepare(COUNT_QUEUED_BEFORE);
  return (caller, id) => (select.get(caller, id) as { count: number }).count;
}
