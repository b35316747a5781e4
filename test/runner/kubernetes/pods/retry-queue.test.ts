import { beforeEach, expect, test } from 'vitest';
import { RetryQueue } from '../../../../src/runner/kubernetes/pods/retry-queue.ts';
import { silentLogger } from '../../embedded/limits.ts';

let retryQueue: RetryQueue;
/** The pauses that were made, milliseconds; none takes any time. */
let pauses: number[];
beforeEach(() => {
  pauses = [];
  retryQueue = new RetryQueue(silentLogger, async (ms) => void pauses.push(ms));
});

test('repeats what fails with growing pauses until it works', async () => {
  let calls = 0;
  await retryQueue.add('a call', async () => {
    calls += 1;
    if (calls < 4) throw new Error('not now');
  });
  expect(calls).toBe(4);
  expect(pauses).toHaveLength(3);
  expect(pauses[2]).toBeGreaterThan(pauses[0] ?? Number.POSITIVE_INFINITY);
});

test('gives up in the end', async () => {
  let calls = 0;
  await retryQueue.add('a call', async () => {
    calls += 1;
    throw new Error('never');
  });
  expect(calls).toBe(16);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(80_000);
});

test('is settled when all is done, also what was added meanwhile', async () => {
  const gate = Promise.withResolvers<void>();
  const done: string[] = [];
  void retryQueue.add('a call', async () => {
    await gate.promise;
    void retryQueue.add('another', async () => void done.push('another'));
    done.push('one');
  });
  const settled = retryQueue.settled().then(() => done.push('settled'));
  gate.resolve();
  await settled;
  expect(done).toEqual(['another', 'one', 'settled']);
});

test('repeats nothing once it is closed', async () => {
  let calls = 0;
  await retryQueue.add('a call', async () => {
    calls += 1;
    retryQueue[Symbol.dispose]();
    throw new Error('not now');
  });
  expect(calls).toBe(1);
});
