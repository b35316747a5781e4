import { describe, expect, test } from 'vitest';
import { RunnerDetachedError, RunnerNotReadyError } from '../../../src/executions/errors.ts';
import type { Runner } from '../../../src/executions/runner.ts';
import { ObservedRun } from './run.ts';

/** Each test opens a runner of its own and closes it. */
export function describeClosing(open: () => Promise<Runner>): void {
  describe('closing', () => {
    test('interrupts or lets go of what runs, takes nothing more, and may be repeated', async () => {
      const runner = await open();
      const run = new ObservedRun(
        runner,
        'javascript',
        'console.log("started"); setInterval(() => {}, 1000)',
      );
      await run.printed('started');
      await Promise.all([runner[Symbol.asyncDispose](), runner[Symbol.asyncDispose]()]);
      // One that outlives its runner is let go of.
      if (runner.outlivesProcess) await expect(run.end).rejects.toBeInstanceOf(RunnerDetachedError);
      else await run.endsBy('INTERRUPTED');
      await expect(new ObservedRun(runner, 'javascript', '').end).rejects.toBeInstanceOf(RunnerNotReadyError);
      await runner[Symbol.asyncDispose]();
    });

    test('sends away who waits for a start', async () => {
      const runner = await open();
      const run = new ObservedRun(runner, 'python', 'print("x")');
      await runner[Symbol.asyncDispose]();
      const outcome = await run.end.then(
        ({ reason }) => reason,
        (cause: unknown) => cause,
      );
      // One that is placed is another process's to start.
      if (runner.outlivesProcess && run.places.length > 0)
        expect(outcome).toBeInstanceOf(RunnerDetachedError);
      else if (run.starts.length === 0) expect(outcome).toBeInstanceOf(RunnerNotReadyError);
      else expect(outcome).toBe('INTERRUPTED');
    });
  });
}
