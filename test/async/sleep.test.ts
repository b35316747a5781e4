import { expect, it } from 'vitest';
import { sleep } from '../../src/async/sleep.ts';

it('resolves to true when its time has passed', async () => {
  expect(await sleep(1, new AbortController().signal)).toBe(true);
});

it('resolves to false when the signal aborts, be it before or meanwhile', async () => {
  expect(await sleep(600_000, AbortSignal.abort())).toBe(false);
  const abort = new AbortController();
  const asleep = sleep(600_000, abort.signal);
  abort.abort();
  expect(await asleep).toBe(false);
});
