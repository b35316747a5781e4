import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { Retention } from '../../src/executions/maintenance.ts';
import { anExecution } from './records.ts';
import { SILENT } from './service.ts';

const DAY = 24 * 60 * 60_000;

test('removes what ended before the retention, with its output, and nothing else', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  await using retention = new Retention(store, 30, SILENT);
  const now = 100 * DAY;
  const ended = (daysAgo: number) =>
    anExecution({ status: 'SUCCEEDED', endReason: 'EXITED', lastSeq: 1, finishedAt: now - daysAgo * DAY });
  const kept = [ended(29), anExecution({ status: 'RUNNING', createdAt: 0 }), anExecution({ createdAt: 0 })];
  // More than one batch.
  const expired = Array.from({ length: 150 }, () => ended(31));
  for (const execution of [...kept, ...expired]) {
    await store.createExecution(execution, { stdin: '', files: [], env: [] });
    await store.appendChunks([
      { executionId: execution.id, chunks: [{ seq: 1, stream: 'STDOUT', text: 'x', at: 0 }] },
    ]);
  }
  await retention.purge(now);
  const left = await store.listExecutions({ caller: 'anonymous', limit: 1000 });
  expect(left.map(({ id }) => id).sort()).toEqual(kept.map(({ id }) => id).sort());
  for (const { id } of expired) expect((await store.summarizeChunks(id)).lastSeq).toBe(0);
  for (const { id } of kept) expect((await store.summarizeChunks(id)).lastSeq).toBe(1);
});
