import type { Filter } from 'mongodb';
import type { Execution, ExecutionChange } from '../../executions/execution.ts';
import type { Expected } from '../../executions/store.ts';
import type { Collections } from './collections.ts';
import { decodeExecution, type ExecutionDocument, encodeChange, statusIn } from './documents.ts';

/** What nobody reads once a program has ended; erased with the end itself, so that no process leaves it behind. */
const NO_STDIN = { stdinWrites: [], stdinWriteCount: 0 } as const;

/** One `findOneAndUpdate`, which MongoDB carries out as a whole: of several that expect the same, one finds it. */
export async function updateExecution(
  { executions }: Collections,
  id: string,
  { statuses, epoch }: Expected,
  change: ExecutionChange,
): Promise<Execution | null> {
  const isEnd = change.finishedAt !== undefined && change.finishedAt !== null;
  const filter: Filter<ExecutionDocument> = {
    _id: id,
    status: statusIn(statuses),
    ...(epoch !== undefined && { epoch }),
  };
  const document = await executions.findOneAndUpdate(
    filter,
    { $set: { ...encodeChange(change), ...(isEnd && NO_STDIN) } },
    { returnDocument: 'after' },
  );
  return document && decodeExecution(document);
}
