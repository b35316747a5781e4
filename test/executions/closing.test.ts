import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { StoreUnavailableError } from '../../src/executions/errors.ts';
import { PLACE, ScriptedRunner } from '../support/scripted-runner.ts';
import { anExecution } from './records.ts';
import { openService } from './service.ts';

const NOTHING = { stdin: '', files: [], env: [] };

test.concurrent('a close ends though a takeover waits for a store that is away', async () => {
  const store = await openSqliteStore({ file: ':memory:' });
  const service = await openService({ store, runner: new ScriptedRunner({ outlivesProcess: true }) });
  const asked = Promise.withResolvers<void>();
  store.summarizeChunks = () => {
    asked.resolve();
    return Promise.reject(new StoreUnavailableError('away'));
  };
  const left = anExecution({ status: 'RUNNING', owner: null, epoch: 1, runner: PLACE });
  await store.createExecution(left, NOTHING);
  await asked.promise;
  await service.executions.close(0);
  expect(service.runner.taken).toEqual([]);
});

test.concurrent('a close ends though the store answers nothing any more', async () => {
  const store = await openSqliteStore({ file: ':memory:' });
  const service = await openService({ store });
  const hung = new Promise<never>(() => {});
  const asked = Promise.withResolvers<void>();
  store.listUnderWay = () => {
    asked.resolve();
    return hung;
  };
  await asked.promise;
  await service.executions.close(0);
});
