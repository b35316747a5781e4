import type { Execution } from '../../executions/execution.ts';
import type { Glimpse } from '../../executions/store.ts';
import type { Collections } from './collections.ts';
import { decodeExecution, type ExecutionDocument, HIDDEN, toTime } from './documents.ts';
import { findByIds } from './find-by-ids.ts';

/** Null when there is none or it is hidden. */
export async function getExecution({ executions }: Collections, id: string): Promise<Execution | null> {
  const document = await executions.findOne({ _id: id, status: { $ne: HIDDEN } });
  return document && decodeExecution(document);
}

/** Null when there is none; a hidden one has given its key free. */
export async function getExecutionByUniqueKey(
  { executions }: Collections,
  uniqueKey: string,
): Promise<Execution | null> {
  const document = await executions.findOne({ uniqueKey, status: { $ne: HIDDEN } });
  return document && decodeExecution(document);
}

/** What may have changed of these executions; those that are not there, or hidden, are left out. */
export async function glimpse({ executions }: Collections, ids: readonly string[]): Promise<Glimpse[]> {
  const found = await findByIds<ExecutionDocument, GlimpseDocument>(executions, ids, {
    projection: { status: 1, message: 1, epoch: 1, cancelRequestedAt: 1 },
  });
  return found.flatMap(({ _id, status, message, epoch, cancelRequestedAt }) =>
    status === HIDDEN
      ? []
      : [{ id: _id, status, message, epoch, cancelRequestedAt: toTime(cancelRequestedAt) }],
  );
}

type GlimpseDocument = Pick<ExecutionDocument, '_id' | 'status' | 'message' | 'epoch' | 'cancelRequestedAt'>;
