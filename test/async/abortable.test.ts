import { expect, it } from 'vitest';
import { abortable } from '../../src/async/abortable.ts';

it('settles as the promise does', async () => {
  const { signal } = new AbortController();
  expect(await abortable(Promise.resolve(1), signal)).toBe(1);
  await expect(abortable(Promise.reject(new TypeError('x')), signal)).rejects.toBeInstanceOf(TypeError);
});

it("rejects with the signal's reason when that aborts before, or has", async () => {
  const reason = new RangeError('left');
  const never = new Promise(() => {});
  await expect(abortable(never, AbortSignal.abort(reason))).rejects.toBe(reason);
  const abort = new AbortController();
  const waiting = abortable(never, abort.signal);
  abort.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});
