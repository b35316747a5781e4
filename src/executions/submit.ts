import type { Admission } from './admission.ts';
import type { Caller } from './caller.ts';
import { IdempotencyConflictError } from './errors.ts';
import type { Execution } from './execution.ts';
import { newExecutionId } from './id.ts';
import type { Submission } from './input/input.ts';
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
  const uniqueKey = uniqueKeyOf(caller, idempotencyKey, id);
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
  const { language, fileName, code, args, labels, limits, payload, stdinOpen, outputFiles, inputHash } =
    submission;
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
    sessionId: null,
    context: null,
    stdinOpen,
    stdinBytes: Buffer.byteLength(payload.stdin),
    stdinClosed: !stdinOpen,
    stdinRead: 0,
    lastStdinWrite: null,
    interrupts: 0,
    outputFiles,
    files: [],
    omittedFiles: [],
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

/**
 * What a record is unique by: the caller and its idempotency key, so that one caller's keys are nothing to another, or
 * without a key the id.
 *
 * No two pairs of caller and key give the same: in a caller's name, which is what follows its first colon, `%` and `:` are
 * written `%25` and `%3A`, so the key begins after the next colon. Names in `API_KEYS` hold neither, and keys may hold
 * anything: what is stored since the first version is what this gives.
 */
export function uniqueKeyOf(caller: Caller, idempotencyKey: string | null, id: string): string {
  if (idempotencyKey === null) return `id:${id}`;
  const at = caller.indexOf(':') + 1;
  const name = caller.slice(at).replace(/[%:]/g, (character) => (character === '%' ? '%25' : '%3A'));
  return `k:${caller.slice(0, at)}${name}:${idempotencyKey}`;
}
