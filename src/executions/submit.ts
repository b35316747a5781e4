import type { Admission } from './admission.ts';
import type { Caller } from './caller.ts';
import { IdempotencyConflictError, UserError } from './errors.ts';
import type { Execution } from './execution.ts';
import { newExecutionId, uniqueKeyOf } from './id.ts';
import type { ExecuteInput, Submission } from './input/input.ts';
import { parseSubmission } from './input/parse.ts';
import { recordSubmission } from './lifecycle-spans.ts';
import type { Runner } from './runner.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { Store } from './store.ts';
import type { Logger, Telemetry } from './telemetry.ts';

export interface ExecuteOptions {
  readonly store: Store;
  readonly runner: Pick<Runner, 'runtimes'>;
  readonly admission: Admission;
  readonly sessions: Sessions;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
}

/**
 * Checks and records a submission, and has it begun as soon as there is capacity, or its session is free.
 * @throws InvalidInputError, UnsupportedLanguageError, QueueFullError, IdempotencyConflictError, NotFoundError (no such
 * session), SessionEndedError, UnavailableError
 */
export async function execute(
  options: ExecuteOptions,
  caller: Caller,
  input: ExecuteInput,
): Promise<Execution> {
  const { store, runner, admission, sessions, telemetry, logger } = options;
  try {
    const session = input.sessionId ? await sessions.ofExecution(caller, input.sessionId) : null;
    const { execution, created } = await submit(
      store,
      () => (session ? sessions.checkQueue(caller, session.id) : admission.checkRoom(caller)),
      caller,
      parseSubmission(input, runner.runtimes, session),
    );
    if (!created) return execution;
    const { id, language } = execution;
    telemetry.submitted(language);
    recordSubmission(telemetry, execution);
    logger.info({ executionId: id, caller, language }, 'execution submitted');
    if (session) await sessions.queued(execution);
    else admission.poll();
    return execution;
  } catch (error) {
    if (error instanceof UserError) telemetry.refused(error.code);
    throw error;
  }
}

/**
 * Records a checked submission as a queued execution. A key that was used before with the same input gives the
 * execution of then, also when the queue is full, or its session has ended, by now.
 * @param checkRoom throws when the queue that it would wait in has no room
 * @throws IdempotencyConflictError, StoreUnavailableError, what `checkRoom` throws
 */
export async function submit(
  store: Store,
  checkRoom: () => Promise<void>,
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
  await checkRoom();
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
  const {
    language,
    fileName,
    code,
    args,
    labels,
    limits,
    payload,
    stdinOpen,
    outputFiles,
    sessionId,
    context,
    inputHash,
  } = submission;
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
    sessionId,
    context,
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
