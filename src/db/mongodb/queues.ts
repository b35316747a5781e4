import type { ExecutionStatus } from '../../executions/execution.ts';
import type { CallerQueue, CallerRunning, UnderWay } from '../../executions/store.ts';
import type { Collections } from './collections.ts';
import { isServerError } from './errors.ts';

const UNDER_WAY: ExecutionStatus[] = ['STARTING', 'RUNNING'];

/** Who owns what is under way, of all processes. */
export async function listUnderWay({ executions }: Collections): Promise<UnderWay[]> {
  const found = await executions
    .find({ status: { $in: UNDER_WAY } })
    .project<Omit<UnderWay, 'id' | 'sessionId'> & { _id: string; sessionId?: string | null }>({
      status: 1,
      owner: 1,
      epoch: 1,
      sessionId: 1,
    })
    .toArray();
  return found.map(({ _id, sessionId = null, ...same }) => ({ ...same, id: _id, sessionId }));
}

/** STARTING and RUNNING ones. */
export function countUnderWay({ executions }: Collections): Promise<number> {
  return executions.countDocuments({ status: { $in: UNDER_WAY } });
}

/** Answered from the index alone, by one walk over the entries of what is under way: as many as run at once. */
export async function listRunning({ executions }: Collections): Promise<CallerRunning[]> {
  const found = await executions
    .aggregate<{ _id: string; running: number }>([
      { $match: { status: { $in: UNDER_WAY } } },
      { $group: { _id: '$caller', running: { $sum: 1 } } },
    ])
    .toArray();
  return found.map(({ _id, running }) => ({ caller: _id, running }));
}

const NOT_IMPLEMENTED = 238;

/** Those of servers that have been seen to have no `$min` in a group: FerretDB. */
const withoutMinimum = new WeakSet<Collections>();

/** Answered from the index alone, by one walk over the entries of what is queued. */
export async function listQueues(collections: Collections): Promise<CallerQueue[]> {
  if (withoutMinimum.has(collections)) return groupHere(collections);
  try {
    return await collections.executions
      .aggregate<CallerQueue>([
        { $match: { status: 'QUEUED' } },
        { $group: { _id: '$caller', queued: { $sum: 1 }, headId: { $min: '$_id' } } },
        { $project: { _id: 0, caller: '$_id', queued: 1, headId: 1 } },
      ])
      .toArray();
  } catch (error) {
    if (!isServerError(error, NOT_IMPLEMENTED)) throw error;
    withoutMinimum.add(collections);
    return groupHere(collections);
  }
}

/** The same walk with the entries brought here. */
async function groupHere({ executions }: Collections): Promise<CallerQueue[]> {
  const queues = new Map<string, { caller: string; queued: number; headId: string }>();
  const queued = executions
    .find({ status: 'QUEUED' })
    .project<{ _id: string; caller: string }>({ _id: 1, caller: 1 });
  for await (const { _id, caller } of queued) {
    const queue = queues.get(caller);
    if (!queue) queues.set(caller, { caller, queued: 1, headId: _id });
    else {
      queue.queued++;
      if (_id < queue.headId) queue.headId = _id;
    }
  }
  return [...queues.values()];
}

export function countQueuedBefore({ executions }: Collections, caller: string, id: string): Promise<number> {
  return executions.countDocuments({ status: 'QUEUED', caller, _id: { $lt: id } });
}
