import type { ExecutionStatus } from '../../executions/execution.ts';
import { chunkRange } from './chunks.ts';
import type { Collections } from './collections.ts';
import { HIDDEN, toBound } from './documents.ts';
import { eraseOrphanedPayloads } from './payloads.ts';

const ENDED: ExecutionStatus[] = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

/**
 * Hiding also gives the unique key free: a submission that repeats it starts anew. Several processes may hide the same
 * ones. Payloads left behind are erased on the occasion.
 */
export async function hideExpired(
  collections: Collections,
  finishedBefore: number,
  limit: number,
): Promise<string[]> {
  const { executions } = collections;
  const expired = limit < 1 ? [] : await findExpired(collections, finishedBefore, limit);
  if (expired.length > 0) {
    await executions.bulkWrite(
      expired.map((id) => ({
        updateOne: {
          filter: { _id: id, status: { $in: ENDED } },
          update: { $set: { status: HIDDEN, uniqueKey: `hidden:${id}` } },
        },
      })),
      { ordered: false },
    );
  }
  await eraseOrphanedPayloads(collections, Date.now());
  const hidden = await executions.find({ status: HIDDEN }).project<{ _id: string }>({ _id: 1 }).toArray();
  return hidden.map(({ _id }) => _id);
}

async function findExpired(
  { executions }: Collections,
  finishedBefore: number,
  limit: number,
): Promise<string[]> {
  const found = await executions
    .find({ finishedAt: { $lt: toBound(Math.ceil(finishedBefore)) }, status: { $in: ENDED } })
    .project<{ _id: string }>({ _id: 1 })
    .sort({ finishedAt: 1 })
    .limit(limit)
    .toArray();
  return found.map(({ _id }) => _id);
}

/** Chunks removed with one command, some tens of milliseconds. */
const REMOVED_CHUNKS = 1000;

/**
 * Removes one hidden execution: its chunks from the end on, the record last, so that a removal that is cut goes on at
 * the next sweep. Several processes may remove the same one.
 */
export async function removeHidden(collections: Collections, id: string): Promise<void> {
  const { executions, payloads, output } = collections;
  const hidden = await executions.findOne({ _id: id, status: HIDDEN }, { projection: { _id: 1 } });
  if (hidden === null) return;
  for (;;) {
    const range = chunkRange(id, 0);
    const last = await output
      .find({ _id: range }, { sort: { _id: -1 }, limit: REMOVED_CHUNKS, projection: { _id: 1 } })
      .toArray();
    const first = last.at(-1);
    if (first) await output.deleteMany({ _id: { $gte: first._id, $lte: range.$lte } });
    if (last.length < REMOVED_CHUNKS) break;
  }
  await payloads.deleteOne({ _id: id });
  await executions.deleteOne({ _id: id, status: HIDDEN });
}
