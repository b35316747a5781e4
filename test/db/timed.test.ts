import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { timedStore } from '../../src/db/timed.ts';
import { anExecution } from '../executions/records.ts';

test('answers as the store does and tells each operation with its outcome', async () => {
  const told: [string, boolean][] = [];
  const inner = await openSqliteStore({ file: ':memory:' });
  const store = timedStore(inner, { storeOperation: (name, ms, ok) => told.push([name, ok && ms >= 0]) });
  expect([store.kind, store.storesBeforeShowing]).toEqual(['sqlite', true]);
  const execution = anExecution();
  await store.createExecution(execution, { stdin: '', files: [], env: [] });
  expect(await store.getExecution(execution.id)).toEqual(execution);
  await store[Symbol.asyncDispose]();
  await expect(store.ping()).rejects.toThrow('closed');
  expect(told).toEqual([
    ['createExecution', true],
    ['getExecution', true],
    ['ping', false],
  ]);
});
