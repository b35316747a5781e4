import { expect, test } from 'vitest';
import { anInput } from '../records.ts';
import { collect, openService } from '../service.ts';

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
  expect(await executions.outputTail(execution, 0, 5)).toEqual([]);
  expect(await executions.outputTail(execution, 2, 5)).toEqual(['line 1', 'line 2']);
  expect(await executions.outputTail(execution, 30, 2)).toEqual(['line 29', 'line 30']);
  expect(await executions.outputTail(execution, 31, 2)).toEqual(['line 30', `${'x'.repeat(500)}…`]);
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
    const { chunks, hasMore } = await executions.chunks(running, first, after);
    return [chunks.map(({ text }) => text).join(''), hasMore];
  };
  expect(await page(2, 0)).toEqual(['12', true]);
  expect(await page(2, 3)).toEqual(['45', false]);
  expect(await page(2, 5)).toEqual(['', false]);
  expect(await executions.outputSummary(running)).toEqual({ bytes: 5, truncated: false });
});
