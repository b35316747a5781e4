import { expect, test } from 'vitest';
import { RunnerNotReadyError } from '../../../src/executions/errors.ts';
import { stoppedBeforeStart } from '../../../src/runner/ends/not-started.ts';

test('cancelled, a run has ended', () => {
  expect(stoppedBeforeStart(AbortSignal.abort('CANCELLED'))).toEqual({
    reason: 'CANCELLED',
    exitCode: null,
    signal: null,
    message: 'Cancelled before it started.',
    usage: null,
    outputTruncated: false,
  });
});

test.each(['INTERRUPTED', 'LOST', undefined])('stopped for %s it goes back to the queue', (reason) => {
  expect(() => stoppedBeforeStart(AbortSignal.abort(reason))).toThrow(RunnerNotReadyError);
});
