import type { ExecutionStatus } from '../../executions/execution.ts';
import { chunkRange } from './chunks.ts';
import type { Collections } from './collections.ts';
import { TOMBSTONE, toBound } from './documents.ts';
import { deleteFilePieces } from './files.ts';

const ENDED: ExecutionStatus[] = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

/**
 * A tombstone also gives the unique key free: a submission that repeats it starts anew. Several processes may make
 * tombstones of the same executions.
 */
export async function tombstoneExpired(
  collections: Collections,
  finishedBefore: number,
  limit: number,
): Promise<void> {
  const expired = limit < 1 ? [] : await findExpired(collections, finishedBefore, limit);
  if (expired.length === 0) return;
  await collections.executions.bulkWrite(
    expired.map((id) => ({
      updateOne: {
        filter: { _id: id, status: { $in: ENDED } },
        update: { $set: { status: TOMBSTONE, uniqueKey: `hidden:${id}` } },
      },
    })),
    { ordered: false },
  );
}

export async function listTombstones({ executions }: Collections, limit: number): Promise<string[]> {
  if (limit < 1) return [];
  const found = await executions
    .find({ status: TOMBSTONE })
    .project<{ _id: string }>({ _id: 1 })
    .limit(limit)
    .toArray();
  return found.map(({ _id }) => _id);
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
 * Removes one tombstone: its chunks from the end on, the record last, so that a removal that is cut goes on at
 * the next run. Several processes may remove the same one.
 */
export async function purge(collections: Collections, id: string): Promise<void> {
  const { executions, payloads, output } = collections;
  const tombstone = await executions.findOne({ _id: id, status: TOMBSTONE }, { projection: { _id: 1 } });
  if (tombstone === null) return;
  for (;;) {
    const range = chunkRange(id, 0);
    const last = await output
      .find({ _id: range }, { sort: { _id: -1 }, limit: REMOVED_CHUNKS, projection: { _id: 1 } })
      .toArray();
    const first = last.at(-1);
    if (first) await output.deleteMany({ _id: { $gte: first._id, $lte: range.$lte } });
    if (last.length < REMOVED_CHUNKS) break;
  }
  await deleteFilePieces(collections, id);
  await payloads.deleteOne({ _id: id });
  await executions.deleteOne({ _id: id, status: TOMBSTONE });
}
