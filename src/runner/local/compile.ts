import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CompileResult } from '../../executions/execution.ts';
import type { RunEnd } from '../../executions/run.ts';
import type { CompileLimits } from '../languages/language.ts';
import { compileFailed } from '../run/endings/ending.ts';
import type { CompileStep, LocalSandbox } from './local-sandbox.ts';
import { type Limit, NO_BASELINE } from './starter/messages.ts';

/**
 * Watches a compile step that was begun. Resolves to null when the program may start, with all that the compiler printed
 * read; else to the end. `printed` resolves when it has printed too much, `over` ends the wait: the execution has ended by another cause, and has its end already.
 */
export async function compile(
  sandbox: LocalSandbox,
  step: CompileStep,
  printed: Promise<unknown>,
  over: Promise<unknown>,
  report: (result: CompileResult) => void,
): Promise<RunEnd | null> {
  const startedAt = performance.now();
  sandbox.watch(step.limits, NO_BASELINE);
  const exitCode = await Promise.race([
    step.ended,
    sandbox.limit.then((limit) => problemOf(limit, step.limits)),
    printed.then(() => `printed more than ${step.limits.outputBytes} bytes`),
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

function problemOf(limit: Limit, { timeoutMs, memoryMb }: CompileLimits): string {
  switch (limit) {
    case 'time':
      return `ran longer than ${timeoutMs / 1000} s`;
    case 'memory':
      return `used more than ${memoryMb} MiB of memory`;
    case 'threads':
      return 'started too many processes and threads';
  }
}
