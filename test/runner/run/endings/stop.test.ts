import { expect, test } from 'vitest';
import { endedBy } from '../../../../src/runner/run/endings/ending.ts';
import { FirstOutcome } from '../../../../src/runner/run/endings/outcome.ts';
import { endOnStop } from '../../../../src/runner/run/endings/stop.ts';

test.each([
  ['CANCELLED', 'CANCELLED'],
  ['INTERRUPTED', 'INTERRUPTED'],
  [undefined, 'INTERRUPTED'],
])('a signal aborted for %s means %s, before the call or after', async (reason, expected) => {
  const before = new FirstOutcome();
  endOnStop(AbortSignal.abort(reason), before.settle);
  expect(await before.first).toMatchObject({ end: { reason: expected } });
  const after = new FirstOutcome();
  const stop = new AbortController();
  endOnStop(stop.signal, after.settle);
  stop.abort(reason);
  expect(await after.first).toMatchObject({ end: { reason: expected } });
});

test('a stop that is disposed ends nothing', async () => {
  const { first, settle } = new FirstOutcome();
  const stop = new AbortController();
  endOnStop(stop.signal, settle)[Symbol.dispose]();
  stop.abort('CANCELLED');
  settle(endedBy('TIMED_OUT', null));
  expect(await first).toMatchObject({ end: { reason: 'TIMED_OUT' } });
});
