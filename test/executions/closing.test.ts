import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { StoreUnavailableError } from '../../src/executions/errors.ts';
import { PLACE, ScriptedRunner } from '../support/scripted-runner.ts';
import { anExecution, anInput } from './records.ts';
import { openService } from './service.ts';

const NOTHING = { stdin: '', files: [], env: [] };

test.concurrent('a close ends though an adoption waits for a store that is away', async () => {
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
  expect(service.runner.adoptions).toEqual([]);
});

test.concurrent('a close ends though the store does not respond any more', async () => {
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

/** A runner that has not started what it is to let go of, and says so when it may. */
function holding(mayAnswer: Promise<void>): { runner: ScriptedRunner; stopped: Promise<void> } {
  const runner = new ScriptedRunner({ outlivesProcess: true });
  const stopped = Promise.withResolvers<void>();
  runner.run = async (_, __, stop) => {
    if (stop.aborted) stopped.resolve();
    stop.addEventListener('abort', () => stopped.resolve(), { once: true });
    await stopped.promise;
    await mayAnswer;
    return { kind: 'notStarted', message: 'Stopped before it was started.' };
  };
  return { runner, stopped: stopped.promise };
}

test.concurrent('a cancel request that comes while its process closes waits for no other turn', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const cancelled = Promise.withResolvers<void>();
  const { runner, stopped } = holding(cancelled.promise);
  const { executions } = await openService({ store, runner });
  const { id } = await executions.execute('anonymous', anInput());
  await expect.poll(() => store.getExecution(id)).toMatchObject({ status: 'STARTING' });
  const closing = executions.close(10_000);
  await stopped;
  await executions.cancel('anonymous', id);
  cancelled.resolve();
  await closing;
  expect(await store.getExecution(id)).toMatchObject({ status: 'CANCELLED', epoch: 1 });
});

test.concurrent('nor does one that another process stores just before the way back to the queue', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const updateExecution = store.updateExecution.bind(store);
  store.updateExecution = async (of, expected, change) => {
    if (change.status === 'QUEUED') {
      await updateExecution(of, { statuses: ['STARTING'] }, { cancelRequestedAt: 1 });
    }
    return updateExecution(of, expected, change);
  };
  const { executions } = await openService({ store, runner: holding(Promise.resolve()).runner });
  const { id } = await executions.execute('anonymous', anInput());
  await expect.poll(() => store.getExecution(id)).toMatchObject({ status: 'STARTING' });
  await executions.close(10_000);
  expect(await store.getExecution(id)).toMatchObject({ status: 'CANCELLED', epoch: 2 });
});
