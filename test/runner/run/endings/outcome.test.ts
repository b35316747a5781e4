import { expect, test } from 'vitest';
import { endedBy } from '../../../../src/runner/run/endings/ending.ts';
import { DETACHED, FirstOutcome, stoppedBeforeStart } from '../../../../src/runner/run/endings/outcome.ts';

test('cancelled, a run has ended', () => {
  expect(stoppedBeforeStart(AbortSignal.abort('CANCELLED'))).toEqual({
    kind: 'ended',
    end: {
      reason: 'CANCELLED',
      exitCode: null,
      signal: null,
      message: 'Cancelled before it started.',
      usage: null,
      outputTruncated: false,
    },
  });
});

test.each(['INTERRUPTED', 'LOST', undefined])('stopped for %s it goes back to the queue', (reason) => {
  expect(stoppedBeforeStart(AbortSignal.abort(reason))).toMatchObject({ kind: 'notStarted' });
});

test('the first ending stays, whatever comes after', async () => {
  const { first, settle, leave } = new FirstOutcome();
  settle(endedBy('TIMED_OUT', 'first'));
  settle(endedBy('CANCELLED', 'second'));
  leave(DETACHED);
  expect(await first).toEqual({ kind: 'ended', end: endedBy('TIMED_OUT', 'first') });
});

test('nothing ends a run that was left', async () => {
  const { first, settle, leave } = new FirstOutcome();
  leave(DETACHED);
  settle(endedBy('TIMED_OUT', null));
  expect(await first).toEqual({ kind: 'detached' });
});
