import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import {
  AlreadyEndedError,
  IdempotencyConflictError,
  NotFoundError,
  StoreUnavailableError,
  UnavailableError,
} from '../../src/executions/errors.ts';
import type { Store } from '../../src/executions/store.ts';
import { anInput } from './records.ts';
import { collect, openService } from './service.ts';

test('one execution from submission to end, with what it printed', async () => {
  await using service = await openService();
  const { executions, runner, store } = service;
  const submitted = await executions.execute('anonymous', anInput({ stdin: 'in', args: ['a'] }));
  expect(submitted).toMatchObject({ status: 'QUEUED', caller: 'anonymous', args: ['a'] });

  const run = await runner.next();
  expect(run.request).toMatchObject({ id: submitted.id, payload: { stdin: 'in' } });
  run.start();
  await run.print('one\n');
  await run.print('two\n', 'STDERR');
  expect(await executions.get('anonymous', submitted.id)).toMatchObject({ status: 'RUNNING' });
  run.end({ exitCode: 3 });

  const statuses = await collect(await executions.followStatus('anonymous', submitted.id));
  const ended = statuses.at(-1);
  expect(ended).toMatchObject({
    status: 'FAILED',
    endReason: 'EXITED',
    exitCode: 3,
    lastSeq: 2,
    outputBytes: 8,
  });
  expect(await store.getExecution(submitted.id)).toEqual(ended);
  if (!ended) throw new Error('no end');
  expect(await executions.output.text(ended)).toBe('one\ntwo\n');
  expect(await executions.output.text(ended, 'STDERR')).toBe('two\n');
  expect(await store.getPayload(submitted.id)).toBeNull();
  await expect.poll(() => runner.removed).toEqual([submitted.id]);
});

test('every status is shown, in its order, also to one who reads late', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  const follower = await executions.followStatus('anonymous', id);
  const run = await runner.next();
  run.start().end();
  const told = (await collect(follower)).map((execution) => execution.status);
  expect(told.at(-1)).toBe('SUCCEEDED');
  expect(told).toEqual(['QUEUED', 'STARTING', 'RUNNING', 'SUCCEEDED'].slice(-told.length));
  expect((await collect(await executions.followStatus('anonymous', id))).map(({ status }) => status)).toEqual(
    ['SUCCEEDED'],
  );
});

test('callers do not see each other', async () => {
  await using service = await openService();
  const { executions } = service;
  const { id } = await executions.execute('key:alice', anInput());
  expect(await executions.get('key:bob', id)).toBeNull();
  expect(await executions.list('key:bob', { first: 10 })).toEqual([]);
  expect(await executions.list('key:alice', { first: 10 })).toHaveLength(1);
  for (const attempt of [
    executions.cancel('key:bob', id),
    executions.cleanup('key:bob', id),
    executions.followOutput('key:bob', id, 0),
    executions.followStatus('key:bob', id),
  ]) {
    await expect(attempt).rejects.toBeInstanceOf(NotFoundError);
  }
});

test('a key used again with the same input gives the same execution, with another a conflict, for each caller', async () => {
  await using service = await openService();
  const { executions } = service;
  const input = anInput({ idempotencyKey: 'k' });
  const first = await executions.execute('key:alice', input);
  const again = await Promise.all([1, 2, 3].map(() => executions.execute('key:alice', input)));
  expect(again.map(({ id }) => id)).toEqual([first.id, first.id, first.id]);
  await expect(
    executions.execute('key:alice', anInput({ idempotencyKey: 'k', args: ['x'] })),
  ).rejects.toMatchObject({
    name: IdempotencyConflictError.name,
    executionId: first.id,
  });
  expect((await executions.execute('key:bob', input)).id).not.toBe(first.id);
});

test('a hundred submissions with one key at once make one execution', async () => {
  await using service = await openService();
  const input = anInput({ idempotencyKey: 'k' });
  const all = await Promise.all(
    Array.from({ length: 100 }, () => service.executions.execute('anonymous', input)),
  );
  expect(new Set(all.map(({ id }) => id)).size).toBe(1);
});

test('cancelling a queued execution ends it without a start', async () => {
  await using service = await openService({ maxRunning: 1 });
  const { executions, runner, store } = service;
  await executions.execute('anonymous', anInput());
  const { id } = await executions.execute('anonymous', anInput());
  await runner.next();
  expect(await executions.cancel('anonymous', id)).toMatchObject({
    status: 'CANCELLED',
    endReason: 'CANCELLED',
    lastSeq: 0,
  });
  expect(await store.getPayload(id)).toBeNull();
  const [event, ...more] = await collect(await executions.followOutput('anonymous', id, 0));
  expect(event).toMatchObject({ chunks: [], ended: true });
  expect(more).toEqual([]);
  await expect(executions.cancel('anonymous', id)).rejects.toBeInstanceOf(AlreadyEndedError);
});

test('cancelling a running execution keeps its last lines', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  const run = (await runner.next()).start();
  await run.print('last words\n');
  expect((await executions.cancel('anonymous', id)).cancelRequestedAt).not.toBeNull();
  const events = await collect(await executions.followOutput('anonymous', id, 0));
  expect(events.at(-1)).toMatchObject({
    ended: true,
    execution: { status: 'CANCELLED', endReason: 'CANCELLED' },
  });
  expect(events.flatMap(({ chunks }) => chunks.map(({ text }) => text))).toEqual(['last words\n']);
});

test('cleanup cancels what runs, and may be repeated', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  (await runner.next()).start();
  await executions.cleanup('anonymous', id);
  await collect(await executions.followStatus('anonymous', id));
  expect(await executions.cleanup('anonymous', id)).toMatchObject({ status: 'CANCELLED' });
  await expect.poll(() => runner.removed).toContain(id);
});

test('cleanup of what runs keeps none of the files that it then leaves, and a cancel keeps them', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const leftAfter = async (stop: 'cancel' | 'cleanup'): Promise<readonly string[]> => {
    const { id } = await executions.execute('anonymous', anInput());
    const run = (await runner.next()).start();
    await run.leave('left.txt', Buffer.from('x'));
    await executions[stop]('anonymous', id);
    await expect.poll(async () => runner.removed).toContain(id);
    const ended = await executions.get('anonymous', id);
    return ended?.files.map(({ path }) => path) ?? [];
  };
  expect(await leftAfter('cancel')).toEqual(['left.txt']);
  expect(await leftAfter('cleanup')).toEqual([]);
});

test('a runner that is not ready gives the execution back, and it is seen as queued with the reason', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  const follower = await executions.followStatus('anonymous', id);
  (await runner.next()).refuse('the cluster is away');
  for await (const execution of follower) if (execution.status === 'QUEUED' && execution.message) break;
  expect(await executions.get('anonymous', id)).toMatchObject({
    status: 'QUEUED',
    message: 'the cluster is away',
  });
  (await runner.next()).start().end();
  expect((await collect(await executions.followStatus('anonymous', id))).at(-1)?.status).toBe('SUCCEEDED');
});

test('a runner that breaks ends the execution INTERRUPTED, and the reason stays in the log', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  const run = (await runner.next()).start();
  await run.print('so far\n');
  run.fail(new Error('secret detail'));
  const [end] = (await collect(await executions.followStatus('anonymous', id))).slice(-1);
  expect(end).toMatchObject({ status: 'FAILED', endReason: 'INTERRUPTED', lastSeq: 1 });
  expect(end?.message).not.toContain('secret');
});

test('what was under way in a process that is gone ends INTERRUPTED with its output; what was queued runs', async () => {
  const store = await openSqliteStore({ file: ':memory:' });
  let isGone = false;
  const before = await openService({
    store: unlessGone(store, () => isGone),
    maxRunning: 1,
    owner: 'a process',
  });
  const { id } = await before.executions.execute('anonymous', anInput());
  const queued = await before.executions.execute('anonymous', anInput());
  const run = (await before.runner.next()).start();
  await run.print('until here\n');
  // The process is gone without a word: nothing of it is closed, and it claims nothing more.
  isGone = true;
  await using after = await openService({ store, maxRunning: 1, owner: 'another process' });
  const events = await collect(await after.executions.followOutput('anonymous', id, 0));
  expect(events.at(-1)).toMatchObject({
    ended: true,
    execution: { status: 'FAILED', endReason: 'INTERRUPTED', lastSeq: 1, outputBytes: 11 },
  });
  const next = await after.runner.next();
  expect(next.request.id).toBe(queued.id);
  next.start().end();
  expect((await collect(await after.executions.followStatus('anonymous', queued.id))).at(-1)?.status).toBe(
    'SUCCEEDED',
  );

  run.end();
  await before.executions.close(0);
  expect(await store.getExecution(id)).toMatchObject({ endReason: 'INTERRUPTED' });
});

test('closing interrupts what runs, keeps what is queued and refuses what comes', async () => {
  const store = await openSqliteStore({ file: ':memory:' });
  const service = await openService({ store, maxRunning: 1 });
  const { executions, runner } = service;
  const running = await executions.execute('anonymous', anInput());
  const queued = await executions.execute('anonymous', anInput());
  (await runner.next()).start();
  await executions.close(0);
  expect(await store.getExecution(running.id)).toMatchObject({ endReason: 'INTERRUPTED' });
  expect(await store.getExecution(queued.id)).toMatchObject({ status: 'QUEUED' });
  await expect(executions.execute('anonymous', anInput())).rejects.toBeInstanceOf(UnavailableError);
  await store[Symbol.asyncDispose]();
});

test('a cancel request that meets a requeue is carried out, not at its next turn', async () => {
  const store = await openSqliteStore({ file: ':memory:' });
  await using service = await openService({ store });
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  const run = await runner.next();
  const updateExecution = store.updateExecution.bind(store);
  store.updateExecution = async (of, expected, change) => {
    // The cancel request of another process, stored just before this one writes that the program was not started.
    if (change.status === 'QUEUED') {
      await updateExecution(of, { statuses: ['STARTING'] }, { cancelRequestedAt: 1 });
    }
    return updateExecution(of, expected, change);
  };
  run.refuse('not ready');
  const end = (await collect(await executions.followStatus('anonymous', id))).at(-1);
  expect(end).toMatchObject({ status: 'CANCELLED', startedAt: null, epoch: 2 });
  await expect.poll(() => store.getPayload(id)).toBeNull();
});

test('who watches a queued execution sees its cancellation also when its input cannot be erased yet', async () => {
  const store = await openSqliteStore({ file: ':memory:' });
  await using service = await openService({ store, maxRunning: 1 });
  const { executions, runner } = service;
  await executions.execute('anonymous', anInput());
  await runner.next();
  const { id } = await executions.execute('anonymous', anInput({ stdin: 'secret' }));
  const watched = collect(await executions.followStatus('anonymous', id));
  const erase = store.deletePayload.bind(store);
  let failures = 2;
  store.deletePayload = async (of) => {
    if (failures-- > 0) throw new StoreUnavailableError('away');
    return erase(of);
  };
  expect(await executions.cancel('anonymous', id)).toMatchObject({ status: 'CANCELLED' });
  expect((await watched).at(-1)).toMatchObject({ status: 'CANCELLED' });
  await expect.poll(() => store.getPayload(id)).toBeNull();
});

test('a record whose input cannot be read ends, rather than to be STARTING for ever', async () => {
  const store = await openSqliteStore({ file: ':memory:' });
  store.getPayload = () => Promise.reject(new Error('damaged'));
  await using service = await openService({ store });
  const { executions } = service;
  const { id } = await executions.execute('anonymous', anInput());
  const end = (await collect(await executions.followStatus('anonymous', id))).at(-1);
  expect(end).toMatchObject({ status: 'FAILED', endReason: 'INTERRUPTED' });
});

test('a store that is away at the start does not stop it; what a former process left is adopted when it is back', async () => {
  const store = await openSqliteStore({ file: ':memory:' });
  const before = await openService({ store, owner: 'a process' });
  const { id } = await before.executions.execute('anonymous', anInput());
  (await before.runner.next()).start();
  await expect.poll(async () => (await store.getExecution(id))?.status).toBe('RUNNING');
  const updateExecution = store.updateExecution;
  store.updateExecution = () => Promise.reject(new StoreUnavailableError('away'));
  await using after = await openService({ store, owner: 'another process' });
  const watched = collect(await after.executions.followStatus('anonymous', id));
  store.updateExecution = updateExecution;
  expect((await watched).at(-1)).toMatchObject({ status: 'FAILED', endReason: 'INTERRUPTED' });
});

test('an end that a sandbox reports as cancelled is one only when there is a cancel request', async () => {
  await using service = await openService();
  const { executions, runner, store } = service;
  const { id } = await executions.execute('anonymous', anInput());
  (await runner.next()).start().end({ reason: 'CANCELLED', exitCode: null });
  await collect(await executions.followStatus('anonymous', id));
  expect(await store.getExecution(id)).toMatchObject({
    status: 'FAILED',
    endReason: 'INTERRUPTED',
    message: 'Its sandbox reported a cancel that was not requested.',
  });

  const other = await executions.execute('anonymous', anInput());
  const run = (await runner.next()).start();
  await expect.poll(async () => (await store.getExecution(other.id))?.status).toBe('RUNNING');
  // Asked for at another process, whose word came to the sandbox first.
  await store.updateExecution(other.id, { statuses: ['RUNNING'] }, { cancelRequestedAt: Date.now() });
  run.end({ reason: 'CANCELLED', exitCode: null });
  await collect(await executions.followStatus('anonymous', other.id));
  expect(await store.getExecution(other.id)).toMatchObject({ status: 'CANCELLED' });
});

/** The store as a process that may be gone sees it: from then on it finds nothing to claim. */
function unlessGone(store: Store, isGone: () => boolean): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'listQueues') return async () => (isGone() ? [] : target.listQueues());
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

test('health says how programs are isolated, and what the runner still prepares', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const check = async () => (await executions.health()).checks.find(({ name }) => name === 'runner');
  const isolated = `Programs are isolated by ${runner.isolation}.`;
  expect(await check()).toMatchObject({ status: 'HEALTHY', message: isolated });
  runner.preparing = 'Python is being prepared.';
  expect(await check()).toMatchObject({
    status: 'HEALTHY',
    message: `${isolated} Python is being prepared.`,
  });
  runner.healthy = false;
  expect(await check()).toMatchObject({ status: 'DEGRADED', message: 'switched off by the test' });
});
