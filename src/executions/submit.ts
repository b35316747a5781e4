import type { Admission } from './admission.ts';
import type { Caller } from './caller.ts';
import { IdempotencyConflictError } from './errors.ts';
import type { Execution } from './execution.ts';
import { newExecutionId } from './id.ts';
import type { Submission } from './input/submission.ts';
import type { Store } from './store.ts';

/**
 * Records a checked submission as a queued execution. A key that was used before with the same input gives the
 * execution of then, also when the queue is full by now.
 * @throws QueueFullError, IdempotencyConflictError, StoreUnavailableError
 */
export async function submit(
  store: Store,
  admission: Admission,
  caller: Caller,
  submission: Submission,
): Promise<{ execution: Execution; created: boolean }> {
  const { idempotencyKey, inputHash, payload } = submission;
  const id = newExecutionId();
  const uniqueKey = idempotencyKey === null ? `id:${id}` : `k:${caller}:${idempotencyKey}`;
  if (idempotencyKey !== null) {
    const before = await store.getExecutionByUniqueKey(uniqueKey);
    if (before) return sameInput(before, inputHash);
  }
  await admission.checkRoom(caller);
  const execution = newExecution(id, caller, uniqueKey, submission);
  const stored = await store.createExecution(execution, payload);
  return stored.created ? stored : sameInput(stored.execution, inputHash);
}

function sameInput(before: Execution, inputHash: string | null): { execution: Execution; created: false } {
  if (before.inputHash === inputHash) return { execution: before, created: false };
  throw new IdempotencyConflictError(
    `idempotencyKey: expected the input it was first used with, got another one (execution ${before.id}).`,
    before.id,
  );
}

function newExecution(id: string, caller: Caller, uniqueKey: string, submission: Submission): Execution {
  const { language, fileName, code, args, labels, limits, inputHash } = submission;
  return {
    id,
    caller,
    uniqueKey,
    inputHash,
    status: 'QUEUED',
    endReason: null,
    message: null,
    exitCode: null,
    signal: null,
    language,
    fileName,
    code,
    args,
    labels,
    limits,
    lastSeq: null,
    outputBytes: 0,
    outputTruncated: false,
    createdAt: Date.now(),
    startedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
    usage: null,
    runner: null,
    owner: null,
    epoch: 0,
  };
}
