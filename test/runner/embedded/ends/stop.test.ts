import { expect, test } from 'vitest';
import { endOnStop } from '../../../../src/runner/embedded/ends/stop.ts';
import { endedBy, FirstEnding } from '../../../../src/runner/ends/ending.ts';

test.each([
  ['CANCELLED', 'CANCELLED'],
  ['INTERRUPTED', 'INTERRUPTED'],
  [undefined, 'INTERRUPTED'],
])('a signal aborted for %s means %s, before the call or after', async (reason, expected) => {
  const before = new FirstEnding();
  endOnStop(AbortSignal.abort(reason), before.settle);
  expect((await before.first).reason).toBe(expected);
  const after = new FirstEnding();
  const stop = new AbortController();
  endOnStop(stop.signal, after.settle);
  stop.abort(reason);
  expect((await after.first).reason).toBe(expected);
});

test('a stop that is disposed ends nothing', async () => {
  const { first, settle } = new FirstEnding();
  const stop = new AbortController();
  endOnStop(stop.signal, settle)[Symbol.dispose]();
  stop.abort('CANCELLED');
  settle(endedBy('TIMED_OUT', null));
  expect((await first).reason).toBe('TIMED_OUT');
});
