import { expect, test } from 'vitest';
import { TurnLimiter } from '../../../src/async/turn-limiter.ts';
import { StoreUnavailableError } from '../../../src/executions/errors.ts';
import type { Chunk } from '../../../src/executions/output/chunk.ts';
import { LiveOutput, UnstoredBudget } from '../../../src/executions/output/live.ts';
import { OutputReader } from '../../../src/executions/output/reader.ts';
import { createRetry } from '../../../src/executions/retry.ts';
import type { ChunkRange, Store } from '../../../src/executions/store.ts';
import { anExecution, anInput } from '../records.ts';
import { collect, openService, SILENT } from '../service.ts';

test('a tail is the last lines up to a chunk, long ones cut', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  const run = (await runner.next()).start();
  for (let n = 1; n <= 30; n++) await run.print(`line ${n}\n`, n % 2 ? 'STDOUT' : 'STDERR');
  await run.print('x'.repeat(1000));
  run.end();
  const execution = (await collect(await executions.followStatus('anonymous', id))).at(-1);
  if (!execution) throw new Error('no end');
  expect(await executions.output.tail(execution, 0, 5)).toEqual([]);
  expect(await executions.output.tail(execution, 2, 5)).toEqual(['line 1', 'line 2']);
  expect(await executions.output.tail(execution, 30, 2)).toEqual(['line 29', 'line 30']);
  expect(await executions.output.tail(execution, 31, 2)).toEqual(['line 30', `${'x'.repeat(500)}…`]);
});

test('a tail of what is partly stored and partly in memory alone is whole', async () => {
  const chunk = (seq: number): Chunk => ({ seq, stream: 'STDOUT', text: `line ${seq}\n`, at: 0 });
  const store = {
    writesThrough: false,
    appendChunks: () => Promise.reject(new StoreUnavailableError('away')),
    readChunks: async (_id: string, { after }: ChunkRange) => [1, 2, 3].filter((n) => n > after).map(chunk),
  } as unknown as Store;
  const givenUp = new AbortController();
  const output = new LiveOutput(
    'id',
    { lastSeq: 3, bytes: 21 },
    {
      store,
      retry: createRetry(givenUp.signal, SILENT),
      budget: new UnstoredBudget(1000),
      changed: () => {},
    },
  );
  output.append([chunk(4), chunk(5)]);
  const execution = anExecution({ status: 'RUNNING' });
  const reader = new OutputReader({
    store,
    following: { store, live: () => ({ execution, output }), turns: new TurnLimiter() },
  });
  expect(await reader.tail(execution, 5, 4)).toEqual(['line 2', 'line 3', 'line 4', 'line 5']);
  givenUp.abort();
});

test('a page says whether there is more', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  const run = (await runner.next()).start();
  for (let n = 1; n <= 5; n++) await run.print(`${n}`);
  await expect.poll(async () => (await service.store.summarizeChunks(id)).lastSeq).toBe(5);
  const running = await executions.get('anonymous', id);
  if (!running) throw new Error('not there');
  const page = async (first: number, after: number) => {
    const { chunks, hasMore } = await executions.output.page(running, first, after);
    return [chunks.map(({ text }) => text).join(''), hasMore];
  };
  expect(await page(2, 0)).toEqual(['12', true]);
  expect(await page(2, 3)).toEqual(['45', false]);
  expect(await page(2, 5)).toEqual(['', false]);
  expect(await executions.output.summary(running)).toEqual({ bytes: 5, truncated: false });
});
