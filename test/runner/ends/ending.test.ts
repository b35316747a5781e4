import { expect, test } from 'vitest';
import { endedBy, FirstEnding } from '../../../src/runner/ends/ending.ts';

test('the first ending stays, whatever comes after', async () => {
  const { first, settle, leave } = new FirstEnding();
  settle(endedBy('TIMED_OUT', 'first'));
  settle(endedBy('CANCELLED', 'second'));
  leave(new Error('third'));
  expect(await first).toMatchObject({ reason: 'TIMED_OUT', message: 'first' });
});

test('nothing ends a run that was let go of', async () => {
  const { first, settle, leave } = new FirstEnding();
  leave(new Error('let go'));
  settle(endedBy('TIMED_OUT', null));
  await expect(first).rejects.toThrow('let go');
});
