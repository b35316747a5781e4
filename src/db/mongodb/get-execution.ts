import type { Execution } from '../../executions/execution.ts';
import type { Revision } from '../../executions/store.ts';
import { type Collections, findByIds } from './collections.ts';
import {
  decodeExecution,
  decodeStatus,
  type ExecutionDocument,
  RECORD,
  TOMBSTONE,
  toTime,
} from './documents.ts';

/** Null when there is none or it is a tombstone. */
export async function getExecution({ executions }: Collections, id: string): Promise<Execution | null> {
  const document = await executions.findOne({ _id: id, status: { $ne: TOMBSTONE } }, { projection: RECORD });
  return document && decodeExecution(document);
}

/** Null when there is none; a tombstone has given its key free. */
export async function getExecutionByUniqueKey(
  { executions }: Collections,
  uniqueKey: string,
): Promise<Execution | null> {
  const document = await executions.findOne(
    { uniqueKey, status: { $ne: TOMBSTONE } },
    { projection: RECORD },
  );
  return document && decodeExecution(document);
}

/** What may have changed of these executions; those that do not exist, and tombstones, are left out. */
export async function getRevisions({ executions }: Collections, ids: readonly string[]): Promise<Revision[]> {
  const found = await findByIds<ExecutionDocument, RevisionDocument>(executions, ids, {
    projection: {
      status: 1,
      message: 1,
      epoch: 1,
      cancelRequestedAt: 1,
      stdinBytes: 1,
      stdinClosed: 1,
      interrupts: 1,
    },
  });
  return found.flatMap(({ _id, status, cancelRequestedAt, ...same }) =>
    status === TOMBSTONE
      ? []
      : [
          {
            ...BEFORE,
            ...same,
            id: _id,
            status: decodeStatus(status),
            cancelRequestedAt: toTime(cancelRequestedAt),
          },
        ],
  );
}

/** Of records that were written before they had these. */
const BEFORE = { stdinBytes: 0, stdinClosed: true, interrupts: 0 };

type RevisionDocument = Pick<ExecutionDocument, '_id' | Exclude<keyof Revision, 'id'>>;
