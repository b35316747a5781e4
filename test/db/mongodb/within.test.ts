import { expect, it } from 'vitest';
import { answeredWithin } from '../../../src/db/mongodb/within.ts';
import { StoreUnavailableError } from '../../../src/executions/errors.ts';

it('gives what comes in time, and throws what is thrown', async () => {
  expect(await answeredWithin(10_000, Promise.resolve(1))).toBe(1);
  await expect(answeredWithin(10_000, Promise.reject(new TypeError('x')))).rejects.toBeInstanceOf(TypeError);
});

it('gives up on what never settles, and does not mind what it throws later', async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  let givenUp = 0;
  await expect(answeredWithin(1, promise, () => givenUp++)).rejects.toBeInstanceOf(StoreUnavailableError);
  expect(givenUp).toBe(1);
  reject(new Error('late'));
});
