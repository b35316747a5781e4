import { expect, test } from 'vitest';
import { openSqliteStore } from '../../../src/db/sqlite/open.ts';
import type { Store } from '../../../src/executions/store.ts';
import { aSession } from '../../contract/store/sessions.ts';
import { ScriptedCluster } from '../../support/scripted-sessions.ts';
import { anExecution, anInput } from '../records.ts';
import { collect } from '../service.ts';
import { SharedRecords, shared } from '../shared-records.ts';
import { aSessionInput, CALLER, hasEnded, openSessionService, type SessionService } from './support.ts';

const NOTHING = { stdin: '', files: [], env: [] };

/** A store in memory with a session of a process that is gone, which runs something, with more queued. */
async function left(cluster: ScriptedCluster, fields: object = {}) {
  const store = await openSqliteStore({ file: ':memory:' });
  const before = { owner: 'a former process', epoch: 1 } as const;
  const session = aSession({ caller: CALLER, status: 'BUSY', createdAt: Date.now(), ...before, ...fields });
  await store.sessions.createSession(session);
  cluster.sandboxes.add(session.id);
  const put = async (one: object): Promise<string> => {
    const execution = anExecution({ caller: CALLER, sessionId: session.id, context: 'main', ...one });
    await store.createExecution(execution, NOTHING);
    return execution.id;
  };
  const running = await put({ status: 'RUNNING', startedAt: Date.now(), ...before });
  const chunk = { seq: 1, stream: 'STDOUT', text: 'one\n', at: 1 } as const;
  await store.appendChunks([{ executionId: running, chunks: [chunk] }]);
  return { store, session, running, queued: await put({}), chunk };
}

async function textOf(service: SessionService, id: string): Promise<string[]> {
  const batches = await collect(await service.executions.followOutput(CALLER, id, 0));
  return batches.flatMap(({ chunks }) => chunks.map(({ seq, text }) => `${seq} ${text}`));
}

test('a session that outlives its process is adopted: what runs goes on, then comes what is queued', async () => {
  const cluster = new ScriptedCluster();
  const { store, session, running, queued } = await left(cluster);
  await using _ = store;
  await using service = await openSessionService({ store, cluster });
  const { id } = session;
  const output = textOf(service, running);
  await expect.poll(() => service.host.sandboxes.length).toBe(1);
  const cell = await service.host.of(id).next();
  expect(cell.request.id).toBe(running);
  cell.print('two\n');
  cell.end();
  expect(await output).toEqual(['1 one\n', '2 two\n']);
  const next = await service.host.of(id).next();
  expect(next.request.id).toBe(queued);
  next.start().end();
  const idle = await service.until(id, ({ status, contexts }) => status === 'IDLE' && contexts.length > 0);
  expect(idle).toMatchObject({ epoch: 2, owner: 'this process', endReason: null });
  expect(idle.contexts).toEqual([{ name: 'main', executionCount: 2, stateLost: false }]);
  expect(await service.executions.sessions.end(CALLER, id)).toMatchObject({ endReason: 'CLOSED' });
  expect(cluster.sandboxes.size).toBe(0);
});

test('one whose sandbox is gone ends LOST, with what ran and what waited in it', async () => {
  const cluster = new ScriptedCluster();
  const { store, session, running, queued } = await left(cluster);
  await using _ = store;
  cluster.sandboxes.clear();
  await using service = await openSessionService({ store, cluster });
  expect(await service.until(session.id, hasEnded)).toMatchObject({
    endReason: 'LOST',
    message: 'Its sandbox is gone.',
  });
  for (const id of [running, queued]) {
    await collect(await service.executions.followStatus(CALLER, id));
    expect(await service.executions.get(CALLER, id)).toMatchObject({
      endReason: 'SESSION_ENDED',
      message: 'Its session ended. Its sandbox is gone.',
    });
  }
  expect(await textOf(service, running)).toEqual(['1 one\n']);
});

test('one whose end was requested, or whose time is over, ends so at its adoption, and its sandbox is removed', async () => {
  const cases = [
    { fields: { endRequestedAt: 1 }, endReason: 'CLOSED' },
    { fields: { createdAt: Date.now() - 10_000, lifetimeMs: 5000 }, endReason: 'LIFETIME' },
  ];
  for (const { fields, endReason } of cases) {
    const cluster = new ScriptedCluster();
    const { store, session, running } = await left(cluster, fields);
    await using _ = store;
    await using service = await openSessionService({ store, cluster });
    expect(await service.until(session.id, hasEnded)).toMatchObject({ endReason });
    await collect(await service.executions.followStatus(CALLER, running));
    expect(await service.executions.get(CALLER, running)).toMatchObject({ endReason: 'SESSION_ENDED' });
    expect(cluster.sandboxes.size).toBe(0);
  }
});

test('one that was idle for too long while nobody held it ends so at its adoption', async () => {
  const cluster = new ScriptedCluster();
  await using store = await openSqliteStore({ file: ':memory:' });
  const session = aSession({ caller: CALLER, createdAt: Date.now(), lastUsedAt: 1 });
  await store.sessions.createSession(session);
  cluster.sandboxes.add(session.id);
  await using service = await openSessionService({ store, cluster });
  expect(await service.until(session.id, hasEnded)).toMatchObject({ endReason: 'IDLE_TIMEOUT' });
  expect(cluster.sandboxes.size).toBe(0);
});

test('a server that is stopped releases its sessions, and the next one goes on with what runs', async () => {
  const cluster = new ScriptedCluster();
  await using store = await openSqliteStore({ file: ':memory:' });
  const first = await openSessionService({ store, cluster, owner: 'first' });
  const { id } = await first.ready();
  const { id: running } = await first.executions.execute(CALLER, anInput({ sessionId: id }));
  const cell = (await first.host.of(id).next()).start();
  await cell.print('one\n');
  await first[Symbol.asyncDispose]();
  expect(await store.sessions.getSession(id)).toMatchObject({ status: 'BUSY', owner: null, endReason: null });
  expect(await store.getExecution(running)).toMatchObject({ status: 'RUNNING', owner: null });
  expect(first.host.of(id)).toMatchObject({ isDisposed: false, isDetached: true });
  await using second = await openSessionService({ store, cluster, owner: 'second' });
  const again = await second.host.of(id).next();
  await again.print('two\n');
  again.end();
  expect(await textOf(second, running)).toEqual(['1 one\n', '2 two\n']);
});

test('a process that was taken for gone writes nothing more, and leaves the sandbox to the next', async () => {
  const cluster = new ScriptedCluster();
  await using store = await openSqliteStore({ file: ':memory:' });
  const both = shared(store, new SharedRecords(store));
  await using first = await openSessionService({ store: both, cluster, owner: 'first' });
  const { id } = await first.ready();
  const { id: running } = await first.executions.execute(CALLER, anInput({ sessionId: id }));
  const cell = (await first.host.of(id).next()).start();
  await cell.print('one\n');
  // As another process does that finds the lease of the first expired.
  await take(store, id, running);
  await expect.poll(() => [...first.executions.sessions.active()].length).toBe(0);
  expect(first.host.of(id)).toMatchObject({ isDisposed: false, isDetached: true });
  expect(await store.sessions.getSession(id)).toMatchObject({ owner: 'second', epoch: 2, endReason: null });
  expect(await store.getExecution(running)).toMatchObject({ owner: 'second', status: 'RUNNING' });
});

async function take(store: Store, sessionId: string, executionId: string): Promise<void> {
  await store.sessions.updateSession(sessionId, { owner: 'second', epoch: 2 }, 1);
  const expected = { statuses: ['RUNNING'], epoch: 1 } as const;
  await store.updateExecution(executionId, expected, { owner: 'second', epoch: 2 });
}

test('what a process without the session claimed all the same is adopted by the one that holds it', async () => {
  const cluster = new ScriptedCluster();
  await using service = await openSessionService({ cluster });
  const { id } = await service.ready();
  const stray = anExecution({ caller: CALLER, sessionId: id, status: 'STARTING', owner: 'alive', epoch: 1 });
  await service.store.createExecution(stray, NOTHING);
  const cell = await service.host.of(id).next();
  expect(cell.request.id).toBe(stray.id);
  cell.start().end();
  await collect(await service.executions.followStatus(CALLER, stray.id));
  expect(await service.executions.get(CALLER, stray.id)).toMatchObject({ endReason: 'EXITED' });
});

test('a sandbox of a session that has ended is removed by garbage collection', async () => {
  const cluster = new ScriptedCluster();
  const store = await openSqliteStore({ file: ':memory:' });
  await using _ = store;
  const now = Date.now();
  const ended = aSession({ status: 'ENDED', endedAt: now, endReason: 'CLOSED' });
  const open = aSession({ owner: 'a former process', createdAt: now });
  for (const session of [ended, open]) await store.sessions.createSession(session);
  for (const { id } of [ended, open]) cluster.sandboxes.add(id);
  await using service = await openSessionService({ store, cluster });
  await expect.poll(() => [...cluster.sandboxes]).toEqual([open.id]);
  expect(await service.store.sessions.getSession(open.id)).toMatchObject({ status: 'IDLE', epoch: 2 });
});

test('a server that is stopped leaves its sessions to another, however long what else runs takes to be recorded', async () => {
  const cluster = new ScriptedCluster();
  await using store = await openSqliteStore({ file: ':memory:' });
  let slow = '';
  const first = await openSessionService({
    store: withUpdates(store, async (id) => {
      if (id === slow) await new Promise((resolve) => setTimeout(resolve, 500));
    }),
    cluster,
    owner: 'first',
  });
  const { id } = await first.ready();
  const other = await first.executions.execute(CALLER, anInput());
  await expect.poll(() => first.executions.get(CALLER, other.id)).toMatchObject({ status: 'STARTING' });
  const { id: running } = await first.executions.execute(CALLER, anInput({ sessionId: id }));
  await (await first.host.of(id).next()).start().print('one\n');
  slow = other.id;
  await first[Symbol.asyncDispose]();
  expect(await store.sessions.getSession(id)).toMatchObject({ status: 'BUSY', owner: null, endReason: null });
  expect(await store.getExecution(running)).toMatchObject({ status: 'RUNNING', owner: null });
  expect(first.host.of(id)).toMatchObject({ isDisposed: false, isDetached: true });
});

test('a server that is stopped while it waits for the sandbox of a session that it adopts leaves it to another', async () => {
  const cluster = new ScriptedCluster();
  await using store = await openSqliteStore({ file: ':memory:' });
  const service = await openSessionService({ store: withUpdates(store, async () => {}), cluster });
  const session = aSession({ caller: CALLER, owner: 'a former process', createdAt: Date.now() });
  await store.sessions.createSession(session);
  cluster.sandboxes.add(session.id);
  const { host, executions } = service;
  if (host.lasting === null) throw new Error('Expected sandboxes that go on without their process');
  host.gate = new Promise(() => {});
  await executions.sessions.adopt(session, host.lasting);
  await service[Symbol.asyncDispose]();
  const { id } = session;
  expect(await store.sessions.getSession(id)).toMatchObject({ owner: null, epoch: 2, endReason: null });
  expect([...cluster.sandboxes]).toEqual([id]);
});

test('a server that is stopped ends a session whose sandbox is not made in time, and says so', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const service = await openSessionService({ store, cluster: new ScriptedCluster() });
  service.host.gate = new Promise(() => {});
  const { id } = await service.executions.sessions.create(CALLER, aSessionInput());
  await service[Symbol.asyncDispose]();
  expect(await store.sessions.getSession(id)).toMatchObject({
    endReason: 'LOST',
    message: 'The server that held it was stopped before its sandbox stood.',
  });
});

test('an adoption that comes as the server is stopped is taken back', async () => {
  const cluster = new ScriptedCluster();
  await using store = await openSqliteStore({ file: ':memory:' });
  const proceeds = Promise.withResolvers<void>();
  const service = await openSessionService({
    store: withUpdates(store, () => proceeds.promise),
    cluster,
  });
  const { lasting } = service.host;
  if (lasting === null) throw new Error('Expected sandboxes that go on without their process');
  const session = aSession({ caller: CALLER, owner: 'a former process', createdAt: Date.now() });
  await store.sessions.createSession(session);
  const adopted = service.executions.sessions.adopt(session, lasting);
  const closed = service[Symbol.asyncDispose]();
  proceeds.resolve();
  await Promise.all([adopted, closed]);
  const { id } = session;
  expect(await store.sessions.getSession(id)).toMatchObject({ owner: null, epoch: 2, endReason: null });
  expect(service.host.sandboxes).toEqual([]);
});

/** The store with something before each update of a record. */
function withUpdates(store: Store, before: (id: string) => Promise<void>): Store {
  const sessions = over(store.sessions, {
    async updateSession(id, ...rest) {
      await before(id);
      return store.sessions.updateSession(id, ...rest);
    },
  });
  return over(store, {
    sessions,
    async updateExecution(id, ...rest) {
      await before(id);
      return store.updateExecution(id, ...rest);
    },
    // The test's own.
    async [Symbol.asyncDispose]() {},
  });
}

function over<T extends object>(target: T, own: Partial<T>): T {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(own, name) ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
