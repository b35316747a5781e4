import { afterEach, expect, test, vi } from 'vitest';
import { TAIL_BYTES } from '../../../src/bounds.ts';
import { StoreUnavailableError } from '../../../src/executions/errors.ts';
import type { Chunk } from '../../../src/executions/output/chunk.ts';
import { LiveOutput, UnstoredBudget } from '../../../src/executions/output/live.ts';
import { createRetry } from '../../../src/executions/retry.ts';
import type { Store } from '../../../src/executions/store.ts';
import { SILENT } from '../service.ts';

afterEach(() => {
  vi.useRealTimers();
});

const ALL = { limit: 1000, maxBytes: 1_000_000 };

/** The one operation that a live output uses, held back until the test lets it go. */
function gate(writesThrough: boolean) {
  const stored: Chunk[] = [];
  const calls: PromiseWithResolvers<void>[] = [];
  let asked = Promise.withResolvers<void>();
  const store = {
    writesThrough,
    async appendChunks(batches: Parameters<Store['appendChunks']>[0]) {
      const call = Promise.withResolvers<void>();
      calls.push(call);
      asked.resolve();
      await call.promise;
      for (const { chunks } of batches) stored.push(...chunks);
    },
  } as unknown as Store;
  return {
    store,
    stored,
    /** Waits for the next write and lets it succeed or fail. */
    async let(outcome: 'pass' | 'fail' | 'break') {
      while (calls.length === 0) {
        await asked.promise;
        asked = Promise.withResolvers();
      }
      const call = calls.shift();
      if (outcome === 'pass') call?.resolve();
      else call?.reject(outcome === 'fail' ? new StoreUnavailableError('away') : new Error('damaged'));
    },
  };
}

function open(writesThrough: boolean, bound = 1_000_000, lastSeq = 0) {
  const gated = gate(writesThrough);
  const budget = new UnstoredBudget(bound);
  let wakes = 0;
  const live = new LiveOutput(
    'id',
    { lastSeq, bytes: 0 },
    {
      store: gated.store,
      retry: createRetry(new AbortController().signal, SILENT),
      budget,
      changed: () => {
        wakes++;
      },
    },
  );
  return { live, budget, wakes: () => wakes, ...gated };
}

const chunk = (seq: number, text = 'x'): Chunk => ({ seq, stream: 'STDOUT', text, at: 0 });

test('where storing is cheap a chunk is seen once it is stored', async () => {
  const { live, stored, wakes, let: next } = open(true);
  live.append([chunk(1)]);
  expect([live.lastSeq, live.visibleSeq, wakes()]).toEqual([1, 0, 0]);
  expect(live.read({ after: 0, ...ALL })).toEqual([]);
  await next('pass');
  await live.flush();
  expect([live.visibleSeq, wakes(), stored.length]).toEqual([1, 1, 1]);
  expect(live.read({ after: 0, ...ALL })).toEqual([chunk(1)]);
});

test('where storing is dear a chunk is seen at once and many are stored together', async () => {
  const { live, stored, wakes, let: next } = open(false);
  for (let seq = 1; seq <= 5; seq++) live.append([chunk(seq)]);
  expect([live.visibleSeq, wakes(), stored.length]).toEqual([5, 5, 0]);
  const flushed = live.flush();
  await next('pass');
  await flushed;
  expect(stored.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
});

test('a write that fails is repeated until it is made', async () => {
  const { live, stored, let: next } = open(true);
  live.append([chunk(1), chunk(2)]);
  await next('fail');
  await next('fail');
  await next('pass');
  await live.flush();
  expect(stored).toEqual([chunk(1), chunk(2)]);
});

test('a runner is made to wait while too much is unstored, and goes on when it is stored', async () => {
  const { live, budget, let: next } = open(true, 10);
  expect(live.append([chunk(1, '12345')])).toBeUndefined();
  const room = live.append([chunk(2, '1234567')]);
  expect(room).toBeInstanceOf(Promise);
  expect(budget.bytes).toBe(12);
  await next('pass');
  await next('pass');
  await room;
  await live.flush();
  expect(budget.bytes).toBe(0);
});

test('what was received before an adoption is skipped, a number left out is a defect', () => {
  const { live } = open(true, 100, 3);
  live.append([chunk(2), chunk(3), chunk(4)]);
  expect(live.lastSeq).toBe(4);
  expect(() => live.append([chunk(6)])).toThrow('expected chunk 5, got 6');
});

test('memory keeps a tail of what is stored, and says when it must be read from the store', async () => {
  const { live, let: next } = open(true);
  const half = 'x'.repeat(TAIL_BYTES / 2);
  for (let seq = 1; seq <= 4; seq++) live.append([chunk(seq, half)]);
  const flushed = live.flush();
  await next('pass');
  await next('pass');
  await flushed;
  expect(live.read({ after: 0, ...ALL })).toBeNull();
  expect(live.read({ after: 2, ...ALL })?.map(({ seq }) => seq)).toEqual([3, 4]);
  expect(live.read({ after: 4, ...ALL })).toEqual([]);
  expect(live.bytes).toBe(TAIL_BYTES * 2);
});

test('what could not be stored is given back to the bound when the run is given up', () => {
  const { live, budget } = open(true);
  live.append([chunk(1, '12345')]);
  expect(budget.bytes).toBe(5);
  live.release();
  expect(budget.bytes).toBe(0);
});

test('a write that can never succeed is reported by flush, and until then takes nothing down', async () => {
  const { live, let: next } = open(true);
  live.append([chunk(1)]);
  await next('break');
  // An unhandled rejection would show by now, and fail this run.
  await new Promise((resolve) => setImmediate(resolve));
  const flushed = live.flush();
  await next('break');
  await expect(flushed).rejects.toThrow('damaged');
});

test('one reader gets what it requested, whatever another requested at the same place', async () => {
  const { live, let: next } = open(true);
  live.append([1, 2, 3].map((seq) => chunk(seq, 'xxxx')));
  const flushed = live.flush();
  await next('pass');
  await flushed;
  const count = (limit: number, maxBytes: number) => live.read({ after: 0, limit, maxBytes })?.length;
  expect([count(1000, 1_000_000), count(1, 1_000_000), count(1000, 8), count(1000, 1_000_000)]).toEqual([
    3, 1, 2, 3,
  ]);
});

test('what brings nothing new does not keep what comes after it from being stored', async () => {
  const { live, stored, let: next } = open(true, 100, 3);
  live.append([chunk(3)]);
  live.append([]);
  live.append([chunk(4)]);
  await next('pass');
  await live.flush();
  expect(stored).toEqual([chunk(4)]);
});

test('what is printed after a quiet time is stored soon, what is printed on and on is gathered', async () => {
  vi.useFakeTimers();
  const { live, stored, let: next } = open(false);
  /** How long the next write is waited for. */
  async function waited(): Promise<number> {
    const begun = Date.now();
    const before = stored.length;
    const written = next('pass');
    while (stored.length === before) await vi.advanceTimersByTimeAsync(10);
    await written;
    return Date.now() - begun;
  }
  live.append([chunk(1)]);
  const first = await waited();
  live.append([chunk(2)]);
  const following = await waited();
  await vi.advanceTimersByTimeAsync(1000);
  live.append([chunk(3)]);
  const afterQuiet = await waited();
  expect(afterQuiet).toBe(first);
  expect(following).toBeGreaterThan(2 * first);
});
