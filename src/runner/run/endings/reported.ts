import type { Limits } from '../../../executions/execution.ts';
import type { RunEnd } from '../../../executions/run.ts';
import {
  cancelled,
  compileFailed,
  endedBy,
  exited,
  outOfMemory,
  outputLimit,
  signalled,
  timedOut,
} from './ending.ts';

/** The end of a program in the words of the launcher protocol. */
export interface ReportedEnd {
  readonly cause: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Of the compile step before it; null without one. */
  readonly compile: {
    readonly exitCode: number | null;
    readonly problem: 'time' | 'memory' | 'output' | null;
  } | null;
}

const COMPILE_PROBLEMS = {
  time: 'ran longer than its time limit',
  memory: 'used more than its limit of memory',
  output: 'printed more than it may',
} as const;

/** What the launchers let a program have on disk at a time (launchers/python.py and node.js have the same). */
const DISK_MB = 512;
const DISK_FILES = 20_000;

/** The end that a launcher reported; null when it was terminated from outside, of which its host knows more. */
export function reportedEnd(
  { cause, exitCode, signal, compile }: ReportedEnd,
  limits: Limits,
): RunEnd | null {
  if (cause === 'exit' && exitCode !== null) return exited(exitCode);
  if (cause === 'signal' && signal !== null) return signalled(signal);
  if (cause === 'compile' && compile !== null) {
    const { exitCode: code, problem } = compile;
    const how = code === null ? 'was lost' : `ended with code ${code}`;
    return compileFailed(code, problem === null ? how : COMPILE_PROBLEMS[problem]);
  }
  switch (cause) {
    case 'timeout':
      return timedOut(limits.timeoutMs);
    case 'memory':
      return outOfMemory(limits.memoryMb);
    case 'output':
      return outputLimit(limits.outputBytes);
    case 'disk':
      return endedBy('EVICTED', `It wrote more than ${DISK_MB} MiB or ${DISK_FILES} files to disk.`);
    case 'cancelled':
      return cancelled();
    case 'closed':
      return endedBy('INTERRUPTED', 'Its session has ended.');
    case 'terminated':
      return null;
    default:
      return endedBy('INTERRUPTED', 'The launcher reported an end that is not known.');
  }
}
