import { expect, test } from 'vitest';
import { EVENT_BYTES } from '../../../src/bounds.ts';
import { openSqliteStore } from '../../../src/db/sqlite/open.ts';
import { OutputMissingError, StoreUnavailableError } from '../../../src/executions/errors.ts';
import type { OutputBatch } from '../../../src/executions/output/follow.ts';
import type { Store } from '../../../src/executions/store.ts';
import { anInput } from '../records.ts';
import { collect, openService } from '../service.ts';
import { shared } from '../shared-records.ts';

const textOf = (batches: readonly OutputBatch[]) =>
  batches.flatMap(({ chunks }) => chunks.map(({ text }) => text)).join('');

test('a viewer from the start, one in the middle and one after the end see the same numbers', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  const early = collect(await executions.followOutput('anonymous', id, 0));
  const run = (await runner.next()).start();
  for (let n = 1; n <= 50; n++) await run.print(`line ${n}\n`);
  const middle = collect(await executions.followOutput('anonymous', id, 25));
  for (let n = 51; n <= 100; n++) await run.print(`line ${n}\n`);
  run.end();
  const [fromStart, fromMiddle] = await Promise.all([early, middle]);
  const afterEnd = await collect(await executions.followOutput('anonymous', id, 0));
  const numbers = (batches: readonly OutputBatch[]) =>
    batches.flatMap(({ chunks }) => chunks.map(({ seq }) => seq));
  expect(numbers(fromStart)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  expect(numbers(fromMiddle)).toEqual(Array.from({ length: 75 }, (_, n) => n + 26));
  expect(textOf(afterEnd)).toBe(textOf(fromStart));
  for (const batches of [fromStart, fromMiddle, afterEnd]) {
    expect(batches.map(({ ended }) => ended)).toEqual([...Array(batches.length - 1).fill(false), true]);
  }
});

test('while nothing is printed there is one event at once, and one at each change of status or message', async () => {
  await using service = await openService({ maxRunning: 1, maxRunningPerCaller: 1 });
  const { executions, runner } = service;
  const first = await executions.execute('anonymous', anInput());
  const second = await executions.execute('anonymous', anInput());
  const { id } = await executions.execute('anonymous', anInput());
  const follower = await executions.followOutput('anonymous', id, 0);
  const next = async () => {
    const { value } = await follower.next();
    expect(value).toMatchObject({ chunks: [], cursor: 0, execution: { id } });
    return [value.execution.status, value.message, value.ended];
  };
  const at = (position: number) =>
    `At position ${position} of the queue: 1 executions are running, and the service runs 1 at once (MAX_RUNNING).`;
  const runOf = async (wanted: string) => {
    const run = await runner.next();
    expect(run.request.id).toBe(wanted);
    return run;
  };
  const before = await runOf(first.id);
  expect(await next()).toEqual(['QUEUED', at(2), false]);
  before.start().end();
  const beforeIt = await runOf(second.id);
  expect(await next()).toEqual(['QUEUED', at(1), false]);
  beforeIt.start().end();
  const run = await runOf(id);
  expect(await next()).toEqual(['STARTING', null, false]);
  run.waiting('Python is being prepared.');
  expect(await next()).toEqual(['STARTING', 'Python is being prepared.', false]);
  run.start();
  expect(await next()).toEqual(['RUNNING', null, false]);
  run.end({ exitCode: 3, message: 'It exited with code 3.' });
  expect(await next()).toEqual(['FAILED', 'It exited with code 3.', true]);
  expect((await follower.next()).done).toBe(true);
});

test('leaving settles a pending read at once and leaves nobody behind', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  (await runner.next()).start();
  const follower = await executions.followOutput('anonymous', id, 0);
  const pending = follower.next();
  expect(service.viewers()).toBe(1);
  await follower.return?.();
  expect(await pending).toEqual({ value: undefined, done: true });
  expect(service.viewers()).toBe(0);
  expect(await follower.next()).toEqual({ value: undefined, done: true });
});

test('leaving while the store is away settles a pending read at once, without its error', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  await using driving = await openService({ store: shared(store), owner: 'driving' });
  await using watched = await openService({ store: shared(store), owner: 'watched', maxRunning: 0 });
  const { id } = await watched.executions.execute('anonymous', anInput());
  (await driving.runner.next()).start();
  const follower = await watched.executions.followOutput('anonymous', id, 0);
  const asked = Promise.withResolvers<void>();
  store.readChunks = () => {
    asked.resolve();
    return Promise.reject(new StoreUnavailableError('away'));
  };
  const pending = follower.next();
  await asked.promise;
  await follower.return?.();
  expect(await pending).toEqual({ value: undefined, done: true });
  expect(watched.viewers()).toBe(0);
});

test('a cursor past the end gets one event that says so', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  const run = (await runner.next()).start();
  await run.print('x');
  run.end();
  await collect(await executions.followOutput('anonymous', id, 0));
  const events = await collect(await executions.followOutput('anonymous', id, 99));
  expect(events).toMatchObject([{ chunks: [], cursor: 99, ended: true }]);
});

test('an event carries no more than its bound, and a slow viewer gets what it missed in order', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput({ limits: { outputBytes: 2_000_000 } }));
  const follower = await executions.followOutput('anonymous', id, 0);
  const run = (await runner.next()).start();
  const line = `${'x'.repeat(9999)}\n`;
  for (let n = 0; n < 100; n++) await run.print(line);
  run.end();
  const events = await collect(follower);
  expect(textOf(events)).toBe(line.repeat(100));
  for (const event of events) expect(textOf([event]).length).toBeLessThanOrEqual(EVENT_BYTES);
});

test('a chunk that is gone is an error, never a false end', async () => {
  const store = await openSqliteStore({ file: ':memory:' });
  const readChunks = store.readChunks.bind(store);
  await using driving = await openService({ store });
  const { id } = await driving.executions.execute('anonymous', anInput());
  const run = (await driving.runner.next()).start();
  for (let n = 0; n < 5; n++) await run.print('x');
  run.end();
  await collect(await driving.executions.followStatus('anonymous', id));
  // Another process, so that nothing is read from the memory of the one that drove it.
  await using service = await openService({ store, owner: 'another process' });
  const { executions } = service;
  store.readChunks = async (of, range) => (await readChunks(of, range)).filter(({ seq }) => seq !== 3);
  const seen: OutputBatch[] = [];
  const reading = async () => {
    for await (const batch of await executions.followOutput('anonymous', id, 0)) seen.push(batch);
  };
  await expect(reading()).rejects.toBeInstanceOf(OutputMissingError);
  expect(seen.every(({ ended }) => !ended)).toBe(true);
  expect(textOf(seen)).toBe('xx');
});

test('while the store is away a run goes on, and all of it is stored once when the store is back', async () => {
  const store = await openSqliteStore({ file: ':memory:' });
  await using service = await openService({ store });
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  const run = (await runner.next()).start();
  await run.print('before\n');
  const back = takeAway(store);
  await run.print('meanwhile\n');
  run.end();
  await expect(executions.execute('anonymous', anInput())).rejects.toBeInstanceOf(StoreUnavailableError);
  expect(await executions.health()).toMatchObject({ status: 'UNHEALTHY' });
  expect(await executions.get('anonymous', id)).toMatchObject({ status: 'RUNNING' });
  back();
  const events = await collect(await executions.followOutput('anonymous', id, 0));
  expect(textOf(events)).toBe('before\nmeanwhile\n');
  expect(await store.getExecution(id)).toMatchObject({ status: 'SUCCEEDED', lastSeq: 2 });
});

test('a viewer stays with an execution that goes back to the queue and is run later', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  const refused = await runner.next();
  const follower = await executions.followOutput('anonymous', id, 0);
  const watched = collect(follower);
  await new Promise((resolve) => setImmediate(resolve));
  refused.refuse('not ready');
  const run = (await runner.next()).start();
  await run.print('at last');
  run.end();
  const events = await watched;
  expect(textOf(events)).toBe('at last');
  expect(events.at(-1)).toMatchObject({ ended: true, execution: { status: 'SUCCEEDED' } });
});

/** Makes every operation of a store fail as a store does that is away, until the returned function is called. */
function takeAway(store: Store): () => void {
  const names = [
    'appendChunks',
    'updateExecution',
    'deletePayload',
    'listQueues',
    'listRunning',
    'ping',
    'getExecution',
  ] as const;
  for (const name of names) {
    Object.defineProperty(store, name, {
      value: () => Promise.reject(new StoreUnavailableError('away')),
      configurable: true,
    });
  }
  return () => {
    for (const name of names) Reflect.deleteProperty(store, name);
  };
}
