import { differenceFrom, type Task } from '../load/task.ts';
import type { Seen, Watched } from './operations.ts';
import type { Received } from './received.ts';

export interface Ended {
  readonly task: Task;
  readonly execution: Seen;
  /** By one who has seen it all. */
  readonly received: Received;
  /** How often the program told that it had started, until its end was seen. */
  readonly starts: number;
  /** Number of the last line that the program told to have printed. */
  readonly printed: number;
}

/** A limit's clock is the launcher's, the record's times are wall clocks' of the same machine: their rounding, milliseconds. */
const CLOCKS_MS = 100;

/** What is wrong with how an execution ended, a sentence each. */
export function judge(ended: Ended): string[] {
  return [...judgeStarts(ended), ...judgeEnd(ended), ...judgeLimits(ended), ...judgeOutput(ended)];
}

/** That none was started twice can be told only when nothing may start any more. */
function judgeStarts({ execution, starts }: Ended): string[] {
  const { endReason, outputBytes } = execution;
  const mustHaveRun = endReason === 'EXITED' || endReason === 'TIMED_OUT' || outputBytes > 0;
  if (starts > 0 || !mustHaveRun) return [];
  return [`expected a start before the end ${describe(execution)}, got none`];
}

function judgeEnd({ task, execution }: Ended): string[] {
  const { endReason, exitCode, status } = execution;
  const expectedStatus =
    endReason === 'CANCELLED'
      ? 'CANCELLED'
      : endReason === 'EXITED' && exitCode === 0
        ? 'SUCCEEDED'
        : 'FAILED';
  if (status !== expectedStatus) return [`expected status ${expectedStatus}, got ${describe(execution)}`];
  // Those that are cancelled never end by themselves.
  if (endReason === task.end.reason && exitCode === task.end.exitCode) return [];
  return [`expected the end ${task.end.reason} ${task.end.exitCode ?? ''}, got ${describe(execution)}`];
}

function judgeLimits({ task, execution }: Ended): string[] {
  const { endReason, outputBytes, outputTruncated, startedAt, finishedAt } = execution;
  const { timeoutMs, outputBytes: mostBytes } = task.input.limits;
  const wrong: string[] = [];
  const isAtLimit = endReason === 'OUTPUT_LIMIT';
  if (outputTruncated !== isAtLimit) {
    wrong.push(
      `expected outputTruncated to be ${isAtLimit}, got ${outputTruncated} with ${describe(execution)}`,
    );
  }
  // Exact because all that is printed is ASCII: no character has to be left out whole.
  if (isAtLimit && outputBytes !== mostBytes) {
    wrong.push(`expected the ${mostBytes} bytes of the limit, got ${outputBytes}`);
  }
  if (endReason === 'TIMED_OUT') {
    const ranMs = startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : null;
    if (ranMs === null || ranMs < timeoutMs - CLOCKS_MS) {
      wrong.push(`expected it to have run for the ${timeoutMs} ms of its limit, got ${ranMs} ms`);
    }
  }
  return wrong;
}

function judgeOutput({ task, execution, received, printed }: Ended): string[] {
  const isWhole = execution.endReason === 'EXITED';
  const wrong: string[] = [];
  for (const [name, stream] of [
    ['stdout', 'STDOUT'],
    ['stderr', 'STDERR'],
  ] as const) {
    const difference = differenceFrom(task.prints[name], received.text(stream), isWhole);
    if (difference) wrong.push(`${name}: ${difference} (${describe(execution)})`);
  }
  const bytes = received.chunks.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (bytes !== execution.outputBytes) {
    wrong.push(`expected the ${bytes} bytes that were seen in the record, got ${execution.outputBytes}`);
  }
  const lines = received.text('STDOUT').split('\n').length - 1;
  if (lines < printed && !isGivenUp(execution)) {
    wrong.push(
      `expected at least the ${printed} lines it told to have printed, got ${lines} (${describe(execution)})`,
    );
  }
  return wrong;
}

/**
 * Whether it was cancelled while its launcher could not be heard. A cancel promises an end within a second, with what had
 * come by then; every other end waits for what was printed before it.
 */
export function isGivenUp({ endReason, usage }: Pick<Seen, 'endReason' | 'usage'>): boolean {
  return endReason === 'CANCELLED' && (usage?.cpuMs ?? null) === null;
}

/** What is wrong with the end that a viewer was told; null when nothing is. */
export function judgeTold(told: Watched['output']['execution'], execution: Seen): string | null {
  const { status, endReason, exitCode } = execution;
  if (told.status === status && told.endReason === endReason && told.exitCode === exitCode) return null;
  return `a viewer was told ${describe({ ...told, message: null })}, the record says ${describe(execution)}`;
}

export function describe({
  status,
  endReason,
  exitCode,
  message,
}: Pick<Seen, 'status' | 'endReason' | 'exitCode' | 'message'>): string {
  return [status, endReason, exitCode, message && JSON.stringify(message)]
    .filter((part) => part !== null)
    .join(' ');
}
