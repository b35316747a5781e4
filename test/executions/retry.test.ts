import { expect, it } from 'vitest';
import { retryWhile } from '../../src/executions/retry.ts';

const options = {
  isTransient: (error: unknown) => error instanceof RangeError,
  graceMs: 600_000,
  intervalMs: 1,
  signal: new AbortController().signal,
};

/** Fails so often with this error, then gives how often it was called. */
function failing(times: number, error: Error): () => Promise<number> {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw error;
    return calls;
  };
}

it('repeats while the error is a transient one', async () => {
  expect(await retryWhile(failing(2, new RangeError('away')), options)).toBe(3);
});

it('ends with an error of another kind at once', async () => {
  const operation = failing(1, new TypeError('wrong'));
  await expect(retryWhile(operation, options)).rejects.toBeInstanceOf(TypeError);
  expect(await operation()).toBe(2);
});

it('ends with the transient error when the grace is over', async () => {
  const operation = failing(Number.POSITIVE_INFINITY, new RangeError('away'));
  await expect(retryWhile(operation, { ...options, graceMs: 3 })).rejects.toBeInstanceOf(RangeError);
});

it('ends with the transient error when the signal aborts', async () => {
  const abort = new AbortController();
  const operation = failing(Number.POSITIVE_INFINITY, new RangeError('away'));
  const waiting = retryWhile(operation, { ...options, intervalMs: 600_000, signal: abort.signal });
  abort.abort();
  await expect(waiting).rejects.toBeInstanceOf(RangeError);
});
