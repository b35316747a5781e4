import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { GarbageCollection } from '../../src/executions/maintenance.ts';
import { ScriptedRunner } from '../support/scripted-runner.ts';
import { anExecution } from './records.ts';
import { SILENT } from './service.ts';

test('one that cannot be deleted does not keep the others', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const runner = new ScriptedRunner();
  const [stuck, other] = [anExecution({ status: 'FAILED' }), anExecution({ status: 'FAILED' })];
  for (const one of [stuck, other]) {
    await store.createExecution(one, { stdin: '', files: [], env: [] });
    runner.forgotten.add(one.id);
  }
  const remove = runner.remove.bind(runner);
  runner.remove = (ended) => (ended.id === stuck.id ? Promise.reject(new Error('stuck')) : remove(ended));
  await using garbage = new GarbageCollection(store, runner, SILENT);
  await garbage.collect();
  expect(runner.removed).toEqual([other.id]);
});
