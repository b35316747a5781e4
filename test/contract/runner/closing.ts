import { describe, expect, test } from 'vitest';
import type { Runner } from '../../../src/executions/runner.ts';
import { ObservedRun } from './run.ts';

/** Each test opens a runner of its own and closes it. */
export function describeClosing(open: () => Promise<Runner>): void {
  describe('closing', () => {
    test('interrupts or detaches from what runs, takes nothing more, and may be repeated', async () => {
      const runner = await open();
      const run = new ObservedRun(
        runner,
        'javascript',
        'console.log("started"); setInterval(() => {}, 1000)',
      );
      await run.printed('started');
      await Promise.all([runner[Symbol.asyncDispose](), runner[Symbol.asyncDispose]()]);
      // One that outlives its runner is detached from.
      if (runner.outlivesProcess) await expect(run.outcome).resolves.toEqual({ kind: 'detached' });
      else await run.endsBy('INTERRUPTED');
      await expect(new ObservedRun(runner, 'javascript', '').outcome).resolves.toMatchObject({
        kind: 'notStarted',
      });
      await runner[Symbol.asyncDispose]();
    });

    test('rejects who waits for a start', async () => {
      const runner = await open();
      const run = new ObservedRun(runner, 'python', 'print("x")');
      await runner[Symbol.asyncDispose]();
      const outcome = await run.outcome;
      // One that is bound is another process's to start.
      if (runner.outlivesProcess && run.places.length > 0) expect(outcome).toEqual({ kind: 'detached' });
      else if (run.starts.length === 0) expect(outcome).toMatchObject({ kind: 'notStarted' });
      else expect(outcome).toMatchObject({ end: { reason: 'INTERRUPTED' } });
    });
  });
}
