import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { ActiveExecutions } from '../../src/executions/active-executions.ts';
import { StoreUnavailableError } from '../../src/executions/errors.ts';
import { Notifier } from '../../src/executions/notifier.ts';
import { UnstoredBudget } from '../../src/executions/output/live.ts';
import { createRetry } from '../../src/executions/retry.ts';
import type { RunObserver } from '../../src/executions/run.ts';
import type { RunOutcome } from '../../src/executions/runner.ts';
import { EXECUTION_STATUS, StatusFollower } from '../../src/executions/status.ts';
import { PLACE, ScriptedRunner } from '../support/scripted-runner.ts';
import { anExecution, anInput } from './records.ts';
import { collect, openService, SILENT, UNCOUNTED } from './service.ts';

const NOTHING = { stdin: '', files: [], env: [] };
const outliving = () => new ScriptedRunner({ outlivesProcess: true });

test.concurrent('one whose adoption was stored though the response was lost is adopted, never started again', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  // Its program may run: the former process died before it could store the start.
  const left = anExecution({ status: 'STARTING', owner: 'gone', epoch: 1, runner: PLACE });
  await store.createExecution(left, NOTHING);
  const updateExecution = store.updateExecution.bind(store);
  let lost = 0;
  store.updateExecution = async (id, expected, change) => {
    const updated = await updateExecution(id, expected, change);
    if (change.epoch === 2 && lost++ === 0) throw new StoreUnavailableError('The answer was lost.');
    return updated;
  };
  await using service = await openService({ store, runner: outliving() });
  const run = await service.runner.of(left.id);
  expect(service.runner.adoptions).toMatchObject([{ execution: { id: left.id, runner: PLACE } }]);
  run.start().end();
  await collect(await service.executions.followStatus('anonymous', left.id));
  expect(await store.getExecution(left.id)).toMatchObject({ status: 'SUCCEEDED', epoch: 3 });
});

test.concurrent('a claim whose response was lost goes back to the queue and runs', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const queued = anExecution();
  await store.createExecution(queued, NOTHING);
  const updateExecution = store.updateExecution.bind(store);
  store.updateExecution = async (id, expected, change) => {
    const updated = await updateExecution(id, expected, change);
    if (change.epoch === 1) throw new StoreUnavailableError('The answer was lost.');
    return updated;
  };
  await using service = await openService({ store });
  (await service.runner.of(queued.id)).start().end();
  await collect(await service.executions.followStatus('anonymous', queued.id));
  expect(await store.getExecution(queued.id)).toMatchObject({ status: 'SUCCEEDED', epoch: 3 });
});

test('who follows the status is not notified of an adoption, which changes none', async () => {
  const notifier = new Notifier();
  const running = anExecution({ status: 'RUNNING', epoch: 1 });
  const follower = new StatusFollower(running.id, notifier, EXECUTION_STATUS).open(running);
  const end = { status: 'SUCCEEDED', epoch: 2 } as const;
  for (const next of [{ epoch: 2 }, { status: 'STARTING', epoch: 2 } as const, end]) {
    notifier.notify(running.id, { ...running, ...next });
  }
  const seen = (await collect(follower)).map(({ status, epoch }) => [status, epoch]);
  expect(seen).toEqual([
    ['RUNNING', 1],
    ['SUCCEEDED', 2],
  ]);
});

test('a runner that did not start what another process has adopted shows nobody that it is queued', async () => {
  await using service = await openService();
  const { executions, store, runner } = service;
  const asked = Promise.withResolvers<RunObserver>();
  const over = Promise.withResolvers<RunOutcome>();
  runner.run = (_, observer) => {
    asked.resolve(observer);
    return over.promise;
  };
  const { id } = await executions.execute('anonymous', anInput());
  const observer = await asked.promise;
  const follower = await executions.followStatus('anonymous', id);
  expect((await follower.next()).value).toMatchObject({ status: 'STARTING' });
  const next = follower.next();
  await store.updateExecution(id, { statuses: ['STARTING'] }, { owner: 'another', epoch: 2 });
  await expect(observer.bound(PLACE)).resolves.toBe(false);
  over.resolve({ kind: 'notStarted', message: 'Not ready.' });
  await expect.poll(() => executions.get('anonymous', id)).toMatchObject({ owner: 'another' });
  await follower.return?.();
  expect((await next).value).toBeUndefined();
});

test.concurrent('who watches an execution that is adopted here is notified of what its former process stored last', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const adopted = anExecution({ status: 'RUNNING', owner: 'this process', epoch: 2, runner: PLACE });
  await store.createExecution(adopted, NOTHING);
  const notifier = new Notifier();
  let woken = 0;
  notifier.watch(adopted.id, () => woken++);
  const active = new ActiveExecutions({
    store,
    runner: outliving(),
    notifier,
    budget: new UnstoredBudget(1000),
    retry: createRetry(new AbortController().signal, SILENT),
    logger: SILENT,
    telemetry: UNCOUNTED,
  });
  await active.adopt(adopted, () => {});
  expect(woken).toBe(1);
  await active.close(0);
});
