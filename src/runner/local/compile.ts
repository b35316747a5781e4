import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CompileResult } from '../../executions/execution.ts';
import type { RunEnd } from '../../executions/runner.ts';
import { compileFailed } from '../run/endings/ending.ts';
import type { CompileStep, LocalSandbox, SandboxLimits } from './local-sandbox.ts';
import { NO_BASELINE } from './starter/messages.ts';

/** Bounds of a compile step; its output counts towards the execution's. */
export const COMPILE_LIMITS: SandboxLimits = { timeoutMs: 120_000, memoryMb: 2048 };

/**
 * Watches a compile step that was begun. Resolves to null when the program may start, with all that the compiler printed
 * read; else to the end. `over` ends the wait: the execution has ended by another cause, and has its end already.
 */
export async function compile(
  sandbox: LocalSandbox,
  step: CompileStep,
  over: Promise<unknown>,
  report: (result: CompileResult) => void,
): Promise<RunEnd | null> {
  const startedAt = performance.now();
  sandbox.watch(COMPILE_LIMITS, NO_BASELINE);
  const exitCode = await Promise.race([
    step.ended,
    sandbox.limit.then((limit) => PROBLEMS[limit]),
    sandbox.exited.then(() => 'was lost'),
    over.then(() => 'was ended with the execution'),
  ]);
  const result = (code: number | null): void => {
    report({ exitCode: code, durationMs: Math.round(performance.now() - startedAt), succeeded: code === 0 });
  };
  if (typeof exitCode === 'string') {
    result(null);
    return compileFailed(null, exitCode);
  }
  result(exitCode);
  if (exitCode !== 0) return compileFailed(exitCode, `ended with code ${exitCode}`);
  // What it wrote last is in the pipes: one turn of the event loop finds it, the next has it read.
  await nextTurn();
  await nextTurn();
  return null;
}

const PROBLEMS = {
  time: `ran longer than ${COMPILE_LIMITS.timeoutMs / 1000} s`,
  memory: `used more than ${COMPILE_LIMITS.memoryMb} MiB of memory`,
  threads: 'started too many processes and threads',
} as const;
