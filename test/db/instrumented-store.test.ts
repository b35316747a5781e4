import { expect, test } from 'vitest';
import { instrumentedStore } from '../../src/db/instrumented-store.ts';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { anExecution } from '../executions/records.ts';
import { SharedRecords, shared } from '../executions/shared-records.ts';

test('responds as the store does and reports each operation with its outcome', async () => {
  const told: [string, boolean][] = [];
  const inner = await openSqliteStore({ file: ':memory:' });
  const store = instrumentedStore(inner, {
    storeOperation: (name, ms, ok) => told.push([name, ok && ms >= 0]),
  });
  expect([store.kind, store.writesThrough]).toEqual(['sqlite', true]);
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

test('reports what processes share as well, and leaves what is no operation as it is', async () => {
  const told: [string, boolean][] = [];
  const sharing = new SharedRecords();
  await using records = await openSqliteStore({ file: ':memory:' });
  const store = instrumentedStore(shared(records, sharing), {
    storeOperation: (name, _, ok) => told.push([name, ok]),
  });
  await store.sharing?.heartbeat('one');
  expect(await store.sharing?.listProcesses()).toEqual([{ id: 'one', count: 1 }]);
  expect(await store.sharing?.findChunks([])).toEqual([]);
  const listening = store.sharing?.listen({ executionChanged() {}, outputAppended() {}, connected() {} });
  expect(sharing.listeners.size).toBe(1);
  await listening?.[Symbol.asyncDispose]();
  expect(sharing.listeners.size).toBe(0);
  sharing.away = true;
  await expect(store.sharing?.getRevisions(['one'])).rejects.toThrow();
  expect(told).toEqual([
    ['heartbeat', true],
    ['listProcesses', true],
    ['findChunks', true],
    ['getRevisions', false],
  ]);
});
