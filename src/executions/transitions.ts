import {
  type EndReason,
  type Execution,
  type ExecutionChange,
  type ExecutionStatus,
  hasEnded,
  type OmittedFile,
  type OutputFile,
  type RunnerInfo,
} from './execution.ts';
import type { RunEnd } from './run.ts';
import type { Expected, UnderWay } from './store.ts';

/**
 * The states of an execution and the only ways between them. Each function is pure: it says what the record must
 * be (`expected`) and what becomes of it (`change`); the store applies both at once, so of two that race one wins.
 */
export interface Transition {
  readonly expected: Expected;
  readonly change: ExecutionChange;
}

const NEXT: { readonly [from in ExecutionStatus]: readonly ExecutionStatus[] } = {
  // Also FAILED, in a session that has ended: `endWithSession`.
  QUEUED: ['STARTING', 'CANCELLED'],
  // Back to QUEUED only when the program has certainly not been started.
  STARTING: ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'],
  RUNNING: ['SUCCEEDED', 'FAILED', 'CANCELLED'],
  SUCCEEDED: [],
  FAILED: [],
  CANCELLED: [],
};

/** Takes a queued execution; the claiming process is its owner from then on. */
export function claim(execution: Execution, owner: string): Transition {
  return move(execution, { status: 'STARTING', owner, epoch: execution.epoch + 1, message: null });
}

/** Takes an execution that another process owned; its status stays. */
export function adopt(execution: UnderWay, owner: string): Transition {
  if (hasEnded(execution) || execution.status === 'QUEUED') throw illegal(execution, execution.status);
  return guard(execution, { owner, epoch: execution.epoch + 1 });
}

/** Records the placement in which an execution is about to run; its status stays. */
export function bind(execution: Execution, runner: RunnerInfo): Transition {
  if (execution.status !== 'STARTING') throw illegal(execution, 'STARTING');
  return guard(execution, { runner });
}

/** Gives up an execution whose program goes on, so that another process can adopt it. */
export function release(execution: Execution): Transition {
  if (hasEnded(execution) || execution.status === 'QUEUED') throw illegal(execution, execution.status);
  return guard(execution, { owner: null });
}

/**
 * Returns an execution whose program has certainly not been started to the queue. In a new epoch, so that a process that
 * still owns it by its own record is refused.
 */
export function requeue(execution: UnderWay, message: string): Transition {
  return move(execution, {
    status: 'QUEUED',
    owner: null,
    runner: null,
    epoch: execution.epoch + 1,
    message,
  });
}

/** Times come from several machines, whose clocks may differ: no time is before the one it follows. */
export function start(execution: Execution, at: number, runner: RunnerInfo): Transition {
  const startedAt = Math.max(at, execution.createdAt);
  return move(execution, { status: 'RUNNING', startedAt, runner, message: null });
}

/** Records why an execution does not run yet; its status stays. */
export function wait(execution: Execution, message: string): Transition {
  if (hasEnded(execution)) throw illegal(execution, execution.status);
  return guard(execution, { message });
}

/** Makes a cancel request for a starting or running execution durable; its owner carries it out. */
export function requestCancel(execution: Execution, now: number): Transition {
  if (hasEnded(execution) || execution.status === 'QUEUED') throw illegal(execution, execution.status);
  return { expected: { statuses: ['STARTING', 'RUNNING'] }, change: { cancelRequestedAt: now } };
}

/** As `requestCancel`, and nothing that the program leaves is to stay: its owner removes what is stored with the end. */
export function requestCleanup(execution: Execution, now: number): Transition {
  const { expected, change } = requestCancel(execution, now);
  return { expected, change: { ...change, outputFiles: [] } };
}

/** Records how much of its stdin the program has taken; its status stays. */
export function recordStdinRead(execution: Execution, stdinRead: number): Transition {
  if (hasEnded(execution) || execution.status === 'QUEUED') throw illegal(execution, execution.status);
  return guard(execution, { stdinRead });
}

/** Makes a request for an interrupt durable; its owner carries it out. */
export function requestInterrupt(execution: Execution): Transition {
  if (hasEnded(execution)) throw illegal(execution, execution.status);
  return {
    expected: { statuses: ['QUEUED', 'STARTING', 'RUNNING'] },
    change: { interrupts: execution.interrupts + 1 },
  };
}

/** Ends a queued execution: there is nothing to stop and no output. */
export function cancelQueued(execution: Execution, now: number): Transition {
  if (execution.status !== 'QUEUED') throw illegal(execution, 'CANCELLED');
  return move(execution, {
    status: 'CANCELLED',
    endReason: 'CANCELLED',
    message: 'Cancelled before it started.',
    finishedAt: now,
    cancelRequestedAt: now,
    lastSeq: 0,
  });
}

/** Ends an execution that is queued in a session which has ended. @param message one sentence for a person */
export function endWithSession(execution: Execution, message: string, now: number): Transition {
  if (execution.status !== 'QUEUED' || execution.sessionId === null) throw illegal(execution, 'FAILED');
  return guard(execution, {
    status: 'FAILED',
    endReason: 'SESSION_ENDED',
    message,
    finishedAt: Math.max(now, execution.createdAt),
    lastSeq: 0,
  });
}

/** What is known of the output once its last chunk is stored. */
export interface StoredOutput {
  readonly lastSeq: number;
  readonly bytes: number;
}

/** What a program left, once all that is kept of it is stored. */
export interface StoredFiles {
  readonly files: readonly OutputFile[];
  readonly omittedFiles: readonly OmittedFile[];
}

export function end(
  execution: Execution,
  how: RunEnd,
  output: StoredOutput,
  { files, omittedFiles }: StoredFiles,
  now: number,
): Transition {
  return move(execution, {
    status: statusOfEnd(how.reason, how.exitCode),
    endReason: how.reason,
    message: how.message,
    exitCode: how.exitCode,
    signal: how.signal,
    usage: how.usage,
    outputTruncated: how.outputTruncated,
    lastSeq: output.lastSeq,
    outputBytes: output.bytes,
    files,
    omittedFiles,
    startedAt: execution.startedAt,
    runner: execution.runner,
    finishedAt: Math.max(now, execution.startedAt ?? execution.createdAt),
  });
}

/** Takes the files of an ended execution out of its record. */
export function removeFiles(execution: Execution): Transition {
  if (!hasEnded(execution)) throw illegal(execution, execution.status);
  return { expected: { statuses: [execution.status] }, change: { files: [] } };
}

/** SUCCEEDED only with EXITED and exit code 0. */
export function statusOfEnd(reason: EndReason, exitCode: number | null): ExecutionStatus {
  if (reason === 'EXITED' && exitCode === 0) return 'SUCCEEDED';
  return reason === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
}

/** Thrown where a transition is requested that the states do not allow: a defect of the caller. */
export class IllegalTransitionError extends Error {
  override readonly name = 'IllegalTransitionError';
}

function move(
  execution: Pick<Execution, 'id' | 'status' | 'epoch'>,
  change: ExecutionChange & { status: ExecutionStatus },
): Transition {
  if (!NEXT[execution.status].includes(change.status)) throw illegal(execution, change.status);
  return guard(execution, change);
}

function guard(execution: Pick<Execution, 'status' | 'epoch'>, change: ExecutionChange): Transition {
  return { expected: { statuses: [execution.status], epoch: execution.epoch }, change };
}

function illegal(execution: Pick<Execution, 'id' | 'status'>, to: ExecutionStatus): IllegalTransitionError {
  return new IllegalTransitionError(
    `execution ${execution.id}: expected a status that can become ${to} this way, got ${execution.status}`,
  );
}
