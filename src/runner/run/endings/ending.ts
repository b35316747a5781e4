import type { EndReason, Usage } from '../../../executions/execution.ts';
import type { RunEnd } from '../../../executions/run.ts';

/** Records an end unless there is one already. */
export type Settle = (end: RunEnd) => void;

/**
 * An end that is not the program's own doing, of which no usage is known.
 * @param message one sentence for a person; null only with exit code 0
 */
export function endedBy(reason: EndReason, message: string | null): RunEnd {
  return { reason, exitCode: null, signal: null, message, usage: null, outputTruncated: false };
}

/** The program's own end; one that went well needs no words. */
export function exited(exitCode: number): RunEnd {
  const message = exitCode === 0 ? null : `The program exited with code ${exitCode}.`;
  return { ...endedBy('EXITED', message), exitCode };
}

/** @param signal its name: `SIGSEGV` */
export function signalled(signal: string): RunEnd {
  return { ...endedBy('SIGNALLED', `The process was ended by ${signal}.`), signal };
}

/** The end of a program that was stopped because its caller asked for it. */
export function cancelled(): RunEnd {
  return endedBy('CANCELLED', 'Cancelled while it ran.');
}

/** The time limit, milliseconds. */
export function timedOut(timeoutMs: number): RunEnd {
  return endedBy('TIMED_OUT', `The program ran longer than its time limit of ${formatTime(timeoutMs)}.`);
}

/** The memory limit, MiB. */
export function outOfMemory(memoryMb: number): RunEnd {
  return endedBy('OUT_OF_MEMORY', `The program used more than its ${memoryMb} MiB of memory.`);
}

/** @param problem how the compiler ended: a sentence's rest */
export function compileFailed(exitCode: number | null, problem: string): RunEnd {
  return { ...endedBy('COMPILE_FAILED', `The program was not started: the compiler ${problem}.`), exitCode };
}

/** What is counted of a run whose program was not started: its compile step only, whose time and memory are not the program's. */
export function usageOfCompiler({ compile }: Usage): Usage {
  return { wallMs: 0, cpuMs: 0, maxMemoryMb: 0, ...(compile && { compile }) };
}

/** More threads than there may be. A process that cannot be counted any more is ended by SIGKILL. */
export function tooManyThreads(threads: number): RunEnd {
  const message = `The program started more than ${threads} processes and threads.`;
  return { ...endedBy('SIGNALLED', message), signal: 'SIGKILL' };
}

/** The output limit, UTF-8 bytes. */
export function outputLimit(outputBytes: number): RunEnd {
  return endedBy('OUTPUT_LIMIT', `The program printed more than its ${outputBytes} bytes.`);
}

/** `850 ms`, `1.5 s`, `2 min`, `1 min 30 s` */
function formatTime(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds} ms`;
  if (milliseconds < 60_000 || milliseconds % 1000 !== 0) return `${milliseconds / 1000} s`;
  const [minutes, seconds] = [Math.floor(milliseconds / 60_000), (milliseconds / 1000) % 60];
  return [minutes > 0 && `${minutes} min`, seconds > 0 && `${seconds} s`].filter(Boolean).join(' ');
}
