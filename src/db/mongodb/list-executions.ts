import type { Filter } from 'mongodb';
import type { Execution } from '../../executions/execution.ts';
import type { ListQuery, ScanPage } from '../../executions/store.ts';
import { idRange, USUAL_SKEW_MS } from '../id-time.ts';
import type { Collections } from './collections.ts';
import {
  decodeExecution,
  type ExecutionDocument,
  encodeLabel,
  IN_SESSION_QUEUES,
  RECORD,
  TOMBSTONE,
  toBound,
} from './documents.ts';

/**
 * A caller's executions are read in the order of ids from one index: by caller, or with the language, a label or
 * statuses in front. With several filters MongoDB chooses one and checks the others on what it finds.
 */
export async function listExecutions(
  collections: Collections,
  { caller, before, limit, filter = {} }: ListQuery,
): Promise<Execution[]> {
  // MongoDB takes 0 for no limit.
  if (limit < 1) return [];
  const { statuses, language, label, createdAfter, createdBefore } = filter;
  const isTimed = createdAfter !== undefined || createdBefore !== undefined;
  const skewMs = isTimed ? await getSkew(collections) : 0;
  const { low, high } = idRange(before, createdAfter, createdBefore, skewMs);

  const search: Filter<ExecutionDocument> = {
    caller,
    status: statuses === undefined ? { $ne: TOMBSTONE } : { $in: [...new Set(statuses)] },
    _id: { $gte: low, $lt: high },
    ...(language !== undefined && { language }),
    ...(label !== undefined && { labels: encodeLabel(label) }),
    ...(isTimed && {
      createdAt: {
        $gt: toBound(Math.floor(createdAfter ?? Number.NEGATIVE_INFINITY)),
        $lt: toBound(Math.ceil(createdBefore ?? Number.POSITIVE_INFINITY)),
      },
    }),
  };
  const options = { sort: { _id: -1 }, limit, projection: RECORD } as const;
  const find = (one: Filter<ExecutionDocument>) => collections.executions.find(one, options).toArray();
  const found = await find(search);
  // What is queued in sessions stands apart in the index.
  if (statuses?.includes('QUEUED')) found.push(...(await find({ ...search, status: IN_SESSION_QUEUES })));
  const newestFirst = found.sort((one, other) => (one._id < other._id ? 1 : -1));
  return newestFirst.slice(0, limit).map(decodeExecution);
}

async function getSkew({ meta }: Collections): Promise<number> {
  const skew = await meta.findOne({ _id: 'skew' });
  return Math.max(USUAL_SKEW_MS, skew !== null && 'ms' in skew ? skew.ms : 0);
}

export async function scanExecutions(
  { executions }: Collections,
  { after, limit }: ScanPage,
): Promise<Execution[]> {
  // MongoDB takes 0 for no limit.
  if (limit < 1) return [];
  const found = await executions
    .find(
      { _id: { $gt: after }, status: { $ne: TOMBSTONE } },
      { sort: { _id: 1 }, limit, projection: RECORD },
    )
    .toArray();
  return found.map(decodeExecution);
}
