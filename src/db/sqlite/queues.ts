import type { DatabaseSync } from 'node:sqlite';
import type { CallerQueue, UnderWay } from '../../executions/store.ts';
import { ACTIVE } from './schema.ts';

export const LIST_UNDER_WAY = `SELECT id, status, owner, epoch FROM executions WHERE ${ACTIVE} AND status IN ('STARTING', 'RUNNING')`;

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

/**
 * Counts the entries of an index that holds nothing but what is queued and under way: 0.1 ms for a full queue of 1,000,
 * where counters in a table of their own would cost every submission a page.
 */
export const LIST_QUEUES = `
  SELECT caller, count(*) AS queued, min(id) AS headId FROM executions
  WHERE ${ACTIVE} AND status = 'QUEUED' GROUP BY caller`;

export function prepareListQueues(database: DatabaseSync): () => CallerQueue[] {
  const select = database.prepare(LIST_QUEUES);
  return () => (select.all() as unknown as CallerQueue[]).map((row) => ({ ...row }));
}

export const COUNT_QUEUED_BEFORE = `SELECT count(*) AS count FROM executions WHERE ${ACTIVE} AND status = 'QUEUED' AND caller = ? AND id < ?`;

export function prepareCountQueuedBefore(database: DatabaseSync): (caller: string, id: string) => number {
  const select = database.prepare(COUNT_QUEUED_BEFORE);
  return (caller, id) => (select.get(caller, id) as { count: number }).count;
}
