import { expect, it } from 'vitest';
import { allSettledWithin, withTimeout } from '../../src/async/timeout.ts';

const tooLate = () => new RangeError('late');

it('gives what comes in time, and throws what is thrown', async () => {
  expect(await withTimeout(10_000, Promise.resolve(1), tooLate)).toBe(1);
  const failed = Promise.reject(new TypeError('x'));
  await expect(withTimeout(10_000, failed, tooLate)).rejects.toBeInstanceOf(TypeError);
});

it('rejects at the time limit, and drops what late work throws', async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  let calls = 0;
  const onTimeout = () => {
    calls += 1;
    return tooLate();
  };
  await expect(withTimeout(1, promise, onTimeout)).rejects.toBeInstanceOf(RangeError);
  expect(calls).toBe(1);
  reject(new Error('late'));
});

it('waits until all have settled, whether or not they reject', async () => {
  let settled = 0;
  const work = [Promise.resolve(), Promise.reject(new Error('x'))].map((one) =>
    one.finally(() => {
      settled += 1;
    }),
  );
  await allSettledWithin(10_000, work);
  expect(settled).toBe(2);
});

it('waits no longer than the time limit for one that never settles', async () => {
  await expect(allSettledWithin(1, [new Promise(() => {})])).resolves.toBeUndefined();
});
