import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { GarbageCollection } from '../../src/executions/maintenance.ts';
import { PLACE, ScriptedRunner } from '../support/scripted-runner.ts';
import { anExecution, anInput } from './records.ts';
import { collect, openService, SILENT } from './service.ts';

const CALLER = 'anonymous';
const outliving = () => new ScriptedRunner({ outlivesProcess: true });

test('what runs goes on when its process closes, and the next one reads on', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const first = await openService({ store, runner: outliving(), owner: 'first' });
  const { id } = await first.executions.execute(CALLER, anInput());
  const run = await first.runner.next();
  await run.place();
  run.start();
  await run.print('before\n');
  await first[Symbol.asyncDispose]();
  expect(await store.getExecution(id)).toMatchObject({
    status: 'RUNNING',
    owner: null,
    runner: { warm: true },
  });
  expect(first.runner.removed).toEqual([]);

  await using second = await openService({ store, runner: outliving(), owner: 'second' });
  const adopted = await second.runner.of(id);
  expect(second.runner.adoptions).toMatchObject([{ after: 1, payload: null }]);
  const follower = await second.executions.followOutput(CALLER, id, 0);
  await adopted.print('after\n');
  adopted.end();
  const batches = await collect(follower);
  expect(batches.flatMap(({ chunks }) => chunks.map(({ text }) => text))).toEqual(['before\n', 'after\n']);
  expect(await store.getExecution(id)).toMatchObject({ status: 'SUCCEEDED', lastSeq: 2, owner: 'second' });
  await expect.poll(() => second.runner.removed).toEqual([id]);
});

test('one that was bound and not known to have started is adopted with its input', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const first = await openService({ store, runner: outliving(), owner: 'first' });
  const { id } = await first.executions.execute(CALLER, anInput({ stdin: 'some input' }));
  await (await first.runner.next()).place();
  await first[Symbol.asyncDispose]();
  await using second = await openService({ store, runner: outliving(), owner: 'second' });
  await second.runner.of(id);
  expect(second.runner.adoptions).toMatchObject([
    { execution: { status: 'STARTING', runner: PLACE }, payload: { stdin: 'some input' } },
  ]);
});

test('one that was never bound was never started: it goes back to the queue and runs', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const first = await openService({ store, runner: outliving(), owner: 'first' });
  const { id } = await first.executions.execute(CALLER, anInput());
  await first.runner.next();
  await first[Symbol.asyncDispose]();
  await using second = await openService({ store, runner: outliving(), owner: 'second' });
  const run = await second.runner.of(id);
  run.start().end();
  await collect(await second.executions.followStatus(CALLER, id));
  expect(await store.getExecution(id)).toMatchObject({ status: 'SUCCEEDED' });
});

test('nothing is sent to a pod once another process has taken the execution over', async () => {
  await using service = await openService({ runner: outliving() });
  const { id } = await service.executions.execute(CALLER, anInput());
  const run = await service.runner.next();
  const taken = await service.store.updateExecution(
    id,
    { statuses: ['STARTING'] },
    { owner: 'another', epoch: 7 },
  );
  expect(taken).toMatchObject({ epoch: 7 });
  await expect(run.place()).resolves.toBe(false);
  await expect(run.outcome).resolves.toEqual({ kind: 'detached' });
  expect(await service.store.getExecution(id)).toMatchObject({ owner: 'another', runner: null });
});

test('the place of one that goes back to the queue is given up when that is stored, not before', async () => {
  await using service = await openService({ runner: outliving() });
  const { store, runner } = service;
  const updateExecution = store.updateExecution.bind(store);
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  store.updateExecution = async (id, expected, change) => {
    const updated = await updateExecution(id, expected, change);
    if (change.status === 'QUEUED') {
      asked.resolve();
      await answered.promise;
    }
    return updated;
  };
  await service.executions.execute(CALLER, anInput());
  const run = await runner.next();
  await run.place();
  run.refuse('Its pod ended before the program started.');
  await asked.promise;
  expect(runner.released).toEqual([]);
  answered.resolve();
  await expect.poll(() => runner.released).toEqual([PLACE]);
  expect(runner.removed).toEqual([]);
});

test('nor at all when another process has taken the execution over', async () => {
  await using service = await openService({ runner: outliving() });
  const { store, runner, executions } = service;
  const { id } = await executions.execute(CALLER, anInput());
  const run = await runner.next();
  await run.place();
  await store.updateExecution(id, { statuses: ['STARTING'] }, { owner: 'another', epoch: 7 });
  run.refuse('Its pod ended before the program started.');
  await executions.close(0);
  expect(await store.getExecution(id)).toMatchObject({ status: 'STARTING', owner: 'another', runner: PLACE });
  expect([runner.released, runner.removed]).toEqual([[], []]);
});

test('the input of one that runs is erased by the process that adopts it', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const left = anExecution({ status: 'RUNNING', owner: 'gone', epoch: 1, startedAt: 1, runner: PLACE });
  await store.createExecution(left, { stdin: 'secret', files: [], env: [] });
  await using service = await openService({ store, runner: outliving() });
  await service.runner.of(left.id);
  await expect.poll(() => store.getPayload(left.id)).toBeNull();
  expect(await store.getExecution(left.id)).toMatchObject({ status: 'RUNNING' });
});

test('a cancel request that nobody received reaches the process that adopts the execution', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const left = anExecution({
    status: 'RUNNING',
    owner: 'gone',
    epoch: 1,
    runner: PLACE,
    cancelRequestedAt: 5,
  });
  await store.createExecution(left, { stdin: '', files: [], env: [] });
  await using service = await openService({ store, runner: outliving() });
  await collect(await service.executions.followStatus(CALLER, left.id));
  expect(await store.getExecution(left.id)).toMatchObject({ status: 'CANCELLED' });
});

test('an end stands though what ran could not be removed, and a later garbage collection removes it', async () => {
  await using service = await openService();
  const { store, runner } = service;
  runner.removalFails = new Error('the cluster is away');
  const { id } = await service.executions.execute(CALLER, anInput());
  (await runner.next()).start().end();
  await collect(await service.executions.followStatus(CALLER, id));
  const running = anExecution({ status: 'RUNNING' });
  await store.createExecution(running, { stdin: '', files: [], env: [] });
  for (const held of [id, running.id, "another service's"]) runner.forgotten.add(held);
  await using garbage = new GarbageCollection(store, runner, SILENT);
  await garbage.collect();
  expect(runner.removed).toEqual([]);
  runner.removalFails = null;
  await garbage.collect();
  expect(runner.removed).toEqual([id]);
});
