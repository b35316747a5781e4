import { differenceFrom, type Task } from '../load/task.ts';
import type { Seen } from './operations.ts';
import type { Viewer } from './viewer.ts';

export interface Ended {
  readonly task: Task;
  readonly execution: Seen;
  /** One who has seen it all. */
  readonly viewer: Viewer;
  readonly starts: number;
  /** Whether a component of the test bed was failed while it was under way. */
  readonly bedFailed: boolean;
}

/** What is wrong with how an execution ended, a sentence each. */
export function judge(ended: Ended): string[] {
  return [...judgeStarts(ended), ...judgeEnd(ended), ...judgeOutput(ended)];
}

function judgeStarts({ execution, starts }: Ended): string[] {
  if (starts > 1) return [`expected at most one start, got ${starts}`];
  const mustHaveRun = execution.endReason === 'EXITED' || execution.outputBytes > 0;
  if (starts === 0 && mustHaveRun)
    return [`expected a start before the end ${describe(execution)}, got none`];
  return [];
}

function judgeEnd({ task, execution, bedFailed }: Ended): string[] {
  const { endReason, exitCode, status } = execution;
  const expectedStatus =
    endReason === 'CANCELLED'
      ? 'CANCELLED'
      : endReason === 'EXITED' && exitCode === 0
        ? 'SUCCEEDED'
        : 'FAILED';
  if (status !== expectedStatus) return [`expected status ${expectedStatus}, got ${describe(execution)}`];
  if (endReason === task.end.reason && exitCode === task.end.exitCode) return [];
  // A cancel may come after the end; these never end by themselves.
  if (endReason === 'INTERRUPTED' && bedFailed) return [];
  return [`expected the end ${task.end.reason} ${task.end.exitCode ?? ''}, got ${describe(execution)}`];
}

function judgeOutput({ task, execution, viewer }: Ended): string[] {
  const isWhole = execution.endReason === 'EXITED';
  const wrong: string[] = [];
  for (const [name, stream] of [
    ['stdout', 'STDOUT'],
    ['stderr', 'STDERR'],
  ] as const) {
    const difference = differenceFrom(task.prints[name], viewer.text(stream), isWhole);
    if (difference) wrong.push(`${name}: ${difference} (${describe(execution)})`);
  }
  const bytes = viewer.chunks.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (bytes !== execution.outputBytes) {
    wrong.push(`expected the ${bytes} bytes that were seen in the record, got ${execution.outputBytes}`);
  }
  return wrong;
}

export function describe({ status, endReason, exitCode, message }: Seen): string {
  return [status, endReason, exitCode, message && JSON.stringify(message)]
    .filter((part) => part !== null)
    .join(' ');
}
