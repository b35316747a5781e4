import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { StoreUnavailableError } from '../../src/executions/errors.ts';
import type { OutputBatch } from '../../src/executions/output/follow.ts';
import { ScriptedRunner } from '../support/scripted-runner.ts';
import { anInput } from './records.ts';
import { collect, openService, type Service } from './service.ts';
import { SharedRecords, shared } from './shared-records.ts';

const CALLER = 'anonymous';

/** Two processes on one store: the first runs one thing at a time, the second starts nothing. */
async function openTwo(): Promise<
  { first: Service; second: Service; sharing: SharedRecords } & AsyncDisposable
> {
  const stack = new AsyncDisposableStack();
  const records = stack.use(await openSqliteStore({ file: ':memory:' }));
  const sharing = new SharedRecords(records);
  const store = shared(records, sharing);
  const first = stack.use(await openService({ store, owner: 'first' }));
  const second = stack.use(await openService({ store, owner: 'second', maxRunning: 0 }));
  return { first, second, sharing, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test('a viewer at another process sees each chunk once and the end', async () => {
  await using processes = await openTwo();
  const { first, second } = processes;
  const { id } = await second.executions.execute(CALLER, anInput());
  const run = await first.runner.next();
  const follower = await second.executions.followOutput(CALLER, id, 0);
  const statuses = collect(await second.executions.followStatus(CALLER, id));
  run.start();
  await run.print('one\n');
  const seen = [await follower.next()];
  await run.print('two\n');
  seen.push(await follower.next());
  run.end();
  const rest = await collect(follower);
  const batches: OutputBatch[] = [...seen.map(({ value }) => value), ...rest];
  const texts = batches.flatMap(({ chunks }) => chunks.map(({ text }) => text));
  expect(texts).toEqual(['one\n', 'two\n']);
  expect((await statuses).at(-1)).toMatchObject({ id, status: 'SUCCEEDED' });
});

test('a viewer at another process sees each status and message though nothing is printed', async () => {
  await using processes = await openTwo();
  const { first, second } = processes;
  const { id } = await second.executions.execute(CALLER, anInput());
  const run = await first.runner.next();
  const follower = await second.executions.followOutput(CALLER, id, 0);
  const seen: string[] = [];
  const see = async (wanted: string): Promise<void> => {
    while (seen.at(-1) !== wanted) {
      const { value } = await follower.next();
      expect(value).toMatchObject({ chunks: [], cursor: 0, ended: wanted === 'SUCCEEDED null' });
      seen.push(`${value?.execution.status} ${value?.message}`);
    }
  };
  await see('STARTING null');
  run.waiting('No node has room.');
  await see('STARTING No node has room.');
  run.start();
  await see('RUNNING null');
  run.end();
  await see('SUCCEEDED null');
  expect(new Set(seen).size).toBe(seen.length);
  expect((await follower.next()).done).toBe(true);
});

test('where writes are notified, viewers and active executions are notified by them', async () => {
  await using processes = await openTwo();
  const { first, second, sharing } = processes;
  const { id } = await second.executions.execute(CALLER, anInput());
  const run = (await first.runner.next()).start();
  const follower = await second.executions.followOutput(CALLER, id, 0);
  for (const listener of sharing.listeners) listener.connected(true);
  expect((await follower.next()).value).toMatchObject({ chunks: [] });
  await run.print('one\n');
  for (const listener of sharing.listeners) listener.outputAppended(id);
  const { value: batch } = await follower.next();
  expect(batch?.chunks.map(({ text }: { text: string }) => text)).toEqual(['one\n']);
  await second.executions.cancel(CALLER, id);
  for (const listener of sharing.listeners) listener.executionChanged(id);
  await expect(run.outcome).resolves.toMatchObject({ end: { reason: 'CANCELLED' } });
  for (const listener of sharing.listeners) listener.executionChanged(id);
  expect((await collect(follower)).at(-1)?.ended).toBe(true);
  await second[Symbol.asyncDispose]();
  expect(sharing.listeners.size).toBe(1);
});

test('a viewer at another process stays while the store is away for a moment', async () => {
  await using processes = await openTwo();
  const { first, second } = processes;
  const { id } = await second.executions.execute(CALLER, anInput());
  const run = (await first.runner.next()).start();
  const follower = await second.executions.followOutput(CALLER, id, 0);
  await run.print('one\n');
  const seen = [await follower.next()];
  const readChunks = second.store.readChunks;
  let failures = 3;
  Object.defineProperty(second.store, 'readChunks', {
    configurable: true,
    value: (...asked: Parameters<typeof readChunks>) =>
      failures-- > 0 ? Promise.reject(new StoreUnavailableError('away')) : readChunks(...asked),
  });
  const next = follower.next();
  await run.print('two\n');
  seen.push(await next);
  run.end();
  const batches: OutputBatch[] = [...seen.map(({ value }) => value), ...(await collect(follower))];
  expect(failures).toBeLessThan(0);
  expect(batches.flatMap(({ chunks }) => chunks.map(({ text }) => text))).toEqual(['one\n', 'two\n']);
});

test('a cancel at another process reaches its owner', async () => {
  await using processes = await openTwo();
  const { first, second } = processes;
  const { id } = await first.executions.execute(CALLER, anInput());
  (await first.runner.next()).start();
  await second.executions.cancel(CALLER, id);
  await collect(await second.executions.followStatus(CALLER, id));
  expect(await second.store.getExecution(id)).toMatchObject({ status: 'CANCELLED', endReason: 'CANCELLED' });
});

test('an active execution that another process adopted stops and writes nothing more', async () => {
  await using processes = await openTwo();
  const { first } = processes;
  const { id } = await first.executions.execute(CALLER, anInput());
  const run = (await first.runner.next()).start();
  const expected = { statuses: ['RUNNING' as const] };
  await expect
    .poll(() => first.store.updateExecution(id, expected, { owner: 'a third', epoch: 9 }))
    .not.toBeNull();
  await expect(run.outcome).resolves.toMatchObject({ end: { reason: 'INTERRUPTED' } });
  expect(run.stop.reason).toBe('LOST');
  await expect.poll(() => first.executions.health().then(({ running }) => running)).toBe(1);
  expect(await first.store.getExecution(id)).toMatchObject({ status: 'RUNNING', owner: 'a third' });
});

test('what one process released another adopts', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const both = shared(store);
  const outliving = () => new ScriptedRunner({ outlivesProcess: true });
  const first = await openService({ store: both, runner: outliving(), owner: 'first' });
  await using second = await openService({
    store: both,
    runner: outliving(),
    owner: 'second',
    maxRunning: 0,
  });
  const { id } = await first.executions.execute(CALLER, anInput());
  const run = await first.runner.next();
  await run.place();
  await run.start().print('before\n');
  await first[Symbol.asyncDispose]();
  const adopted = await second.runner.of(id);
  await adopted.print('after\n');
  adopted.end();
  const batches = await collect(await second.executions.followOutput(CALLER, id, 0));
  expect(batches.flatMap(({ chunks }) => chunks.map(({ text }) => text))).toEqual(['before\n', 'after\n']);
});
