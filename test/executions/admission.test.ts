import { afterEach, expect, test, vi } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { Admission } from '../../src/executions/admission.ts';
import type { Caller } from '../../src/executions/caller.ts';
import { QueueFullError, StoreUnavailableError } from '../../src/executions/errors.ts';
import { anExecution, anInput } from './records.ts';
import { collect, openService, SILENT } from './service.ts';

const EMPTY = { stdin: '', files: [], env: [] };

afterEach(() => {
  vi.useRealTimers();
});

test('no more than the maximum is under way, and a place that is free is taken', async () => {
  await using service = await openService({ maxRunning: 2 });
  const { executions, runner, store } = service;
  for (let n = 0; n < 4; n++) await executions.execute('anonymous', anInput());
  const first = await runner.next();
  await runner.next();
  expect(await store.countUnderWay()).toBe(2);
  expect(runner.runs).toEqual([]);
  first.start().end();
  await runner.next();
  expect(await store.countUnderWay()).toBe(2);
});

test('callers are served in turn, whoever came first and however much one has queued', async () => {
  await using service = await openService({ maxRunning: 1 });
  const { executions, runner } = service;
  const submit = async (caller: Caller) => (await executions.execute(caller, anInput())).id;
  const holder = await submit('key:z');
  const a = [await submit('key:a'), await submit('key:a'), await submit('key:a')];
  const b = [await submit('key:b')];
  const c = [await submit('key:c'), await submit('key:c')];
  const positions = await Promise.all(
    [a[0], b[0], c[0], a[1], c[1], a[2]].map(async (id, index) => {
      const caller = (['key:a', 'key:b', 'key:c', 'key:a', 'key:c', 'key:a'] as const)[index] ?? 'anonymous';
      const execution = await executions.get(caller, id ?? '');
      return execution && executions.queuePosition(execution);
    }),
  );
  expect(positions).toEqual([1, 2, 3, 4, 5, 6]);

  const served: string[] = [];
  for (let n = 0; n < 7; n++) {
    const run = await runner.next();
    served.push(run.request.id);
    run.start().end();
  }
  expect(served).toEqual([holder, a[0], b[0], c[0], a[1], c[1], a[2]]);
});

test('who runs as much as one caller may leaves the rest to others, until something of it ends', async () => {
  await using service = await openService({ maxRunning: 4, maxRunningPerCaller: 2 });
  const { executions, runner, store } = service;
  const submit = async (caller: Caller) => (await executions.execute(caller, anInput())).id;
  const a = [await submit('key:a'), await submit('key:a'), await submit('key:a'), await submit('key:a')];
  const [first, second] = [await runner.next(), await runner.next()];
  const b = [await submit('key:b'), await submit('key:b')];
  const c = await submit('key:c');
  const others = [await runner.next(), await runner.next()];
  expect([first, second, ...others].map(({ request }) => request.id)).toEqual([a[0], a[1], ...b]);
  expect((await store.listRunning()).toSorted((x, y) => (x.caller < y.caller ? -1 : 1))).toEqual([
    { caller: 'key:a', running: 2 },
    { caller: 'key:b', running: 2 },
  ]);
  others[0]?.start().end();
  expect((await runner.next()).request.id).toBe(c);
  expect(runner.runs).toEqual([]);
  first?.start().end();
  expect((await runner.next()).request.id).toBe(a[2]);
});

test('what waits says for what: the bound of its caller, or of all with its position', async () => {
  await using service = await openService({ maxRunning: 3, maxRunningPerCaller: 2 });
  const { executions, runner } = service;
  const submit = (caller: Caller) => executions.execute(caller, anInput());
  const a = [await submit('key:a'), await submit('key:a'), await submit('key:a'), await submit('key:a')];
  for (let n = 0; n < 2; n++) await runner.next();
  const messageOf = async (caller: Caller, id: string | undefined) => {
    const execution = await executions.get(caller, id ?? '');
    return execution && executions.message(execution);
  };
  const own = 'Waits until another execution of its caller ends: 2 are running';
  expect(await messageOf('key:a', a[3]?.id)).toContain(own);
  const b = await submit('key:b');
  const c = await submit('key:c');
  await runner.next();
  expect(await messageOf('key:a', a[3]?.id)).toContain(own);
  // Those of key:a are passed over.
  expect(await messageOf('key:c', c.id)).toBe(
    'At position 1 of the queue: 3 executions are running, and the service runs 3 at once ' +
      '(MAX_RUNNING).',
  );
  expect(await messageOf('key:b', b.id)).toBeNull();
});

test('many callers at their bound cost one count for each attempt to start something', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  for (let n = 0; n < 50; n++) {
    for (const status of ['RUNNING', 'QUEUED'] as const) {
      await store.createExecution(anExecution({ caller: `key:${n}`, status }), EMPTY);
    }
  }
  const listRunning = store.listRunning.bind(store);
  let counts = 0;
  store.listRunning = () => {
    counts++;
    return listRunning();
  };
  const options = { maxRunning: 100, maxRunningPerCaller: 1, maxQueued: 100, maxQueuedPerCaller: 100 };
  const begun = Promise.withResolvers<string>();
  const admission = new Admission(
    store,
    { ...options, owner: 'this process' },
    (claimed) => begun.resolve(claimed.caller),
    SILENT,
  );
  admission.poll();
  await expect.poll(() => counts).toBe(1);
  await store.createExecution(anExecution({ caller: 'key:new' }), EMPTY);
  admission.poll();
  expect(await begun.promise).toBe('key:new');
  await admission.close();
  expect(counts).toBeLessThanOrEqual(5);
});

test('one list of what waits costs one count', async () => {
  await using service = await openService({ maxRunning: 4, maxRunningPerCaller: 1 });
  const { executions, store, runner } = service;
  for (let n = 0; n < 20; n++) await executions.execute('key:a', anInput());
  await runner.next();
  const listRunning = store.listRunning.bind(store);
  let counts = 0;
  store.listRunning = () => {
    counts++;
    return listRunning();
  };
  const waiting = (await executions.list('key:a', { first: 20 })).filter(({ status }) => status === 'QUEUED');
  expect(waiting).toHaveLength(19);
  const messages = await Promise.all(waiting.map((one) => executions.message(one)));
  expect(new Set(messages).size).toBe(1);
  // The look that the claim began may count as well.
  expect(counts).toBeLessThanOrEqual(2);
});

test('a full queue refuses with a time to wait, records nothing, and still knows its keys', async () => {
  await using service = await openService({ maxRunning: 1, maxQueued: 2 });
  const { executions, runner } = service;
  await executions.execute('anonymous', anInput());
  const running = await runner.next();
  const keyed = anInput({ idempotencyKey: 'k' });
  const queued = await executions.execute('anonymous', keyed);
  await executions.execute('anonymous', anInput());
  const refusal = executions.execute('anonymous', anInput());
  await expect(refusal).rejects.toBeInstanceOf(QueueFullError);
  await expect(refusal).rejects.toMatchObject({
    retryAfterMs: 1000,
    message: expect.stringContaining('fewer than 2'),
  });
  expect(await executions.list('anonymous', { first: 10 })).toHaveLength(3);
  expect((await executions.execute('anonymous', keyed)).id).toBe(queued.id);

  running.start().end();
  (await runner.next()).start().end();
  await collect(await executions.followStatus('anonymous', queued.id));
  await executions.execute('anonymous', anInput());
});

test('one caller fills only its own share', async () => {
  await using service = await openService({ maxRunning: 1, maxQueued: 100, maxQueuedPerCaller: 1 });
  const { executions, runner } = service;
  await executions.execute('key:a', anInput());
  await runner.next();
  await executions.execute('key:a', anInput());
  await expect(executions.execute('key:a', anInput())).rejects.toThrow('of one caller');
  await executions.execute('key:b', anInput());
});

test('a record that cannot be read holds up nobody but its own caller', async () => {
  const store = await openSqliteStore({ file: ':memory:' });
  await using service = await openService({ store, maxRunning: 1 });
  const { executions, runner } = service;
  await executions.execute('key:z', anInput());
  const holder = await runner.next();
  const damaged = await executions.execute('key:a', anInput());
  const { id } = await executions.execute('key:b', anInput());
  const getExecution = store.getExecution.bind(store);
  store.getExecution = (of) => (of === damaged.id ? Promise.reject(new Error('damaged')) : getExecution(of));
  holder.start().end();
  expect((await runner.next()).request.id).toBe(id);
});

test('several processes exceed the maximum by one claim each at the most, however many callers wait', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const queue = (n: number) =>
    store.createExecution(anExecution({ caller: `key:${n}` }), { stdin: '', files: [], env: [] });
  const options = { maxRunning: 8, maxRunningPerCaller: 8, maxQueued: 100, maxQueuedPerCaller: 100 };
  const open = (owner: string) => new Admission(store, { ...options, owner }, () => {}, SILENT);
  const [first, second] = [open('first'), open('second')];
  // From here on the second is in the middle of the round: both claim, and not the same ones.
  await queue(30);
  second.poll();
  await expect.poll(() => store.countUnderWay()).toBe(1);
  for (let n = 10; n < 50; n++) await queue(n);
  first.poll();
  second.poll();
  await expect.poll(() => store.countUnderWay()).toBeGreaterThanOrEqual(8);
  for (const admission of [first, second]) await admission.close();
  expect(await store.countUnderWay()).toBeLessThanOrEqual(9);
});

test.each([
  ['kept as long as it may be its own', 'this process', true],
  ['forgotten once another process has the execution', 'another', false],
])('a claim whose response was lost is %s', async (_, owner, isKept) => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  await using store = await openSqliteStore({ file: ':memory:' });
  const { id } = anExecution();
  await store.createExecution(anExecution({ id }), { stdin: '', files: [], env: [] });
  const [updateExecution, getExecution] = [store.updateExecution.bind(store), store.getExecution.bind(store)];
  store.updateExecution = async (of, expected, change) => {
    await updateExecution(of, expected, { ...change, owner });
    throw new StoreUnavailableError('The answer was lost.');
  };
  let reads = 0;
  store.getExecution = (of) => {
    reads++;
    return getExecution(of);
  };
  const options = {
    maxRunning: 8,
    maxRunningPerCaller: 8,
    maxQueued: 100,
    maxQueuedPerCaller: 100,
    owner: 'this process',
  };
  const admission = new Admission(store, options, () => {}, SILENT);
  admission.poll();
  await expect.poll(() => admission.wasClaimLost({ id, epoch: 1 })).toBe(true);
  admission.poll();
  await expect.poll(() => reads).toBe(2);
  await admission.close();
  expect(admission.wasClaimLost({ id, epoch: 1 })).toBe(isKept);
});
