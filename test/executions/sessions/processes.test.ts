import { expect, test } from 'vitest';
import { openSqliteStore } from '../../../src/db/sqlite/open.ts';
import type { Store } from '../../../src/executions/store.ts';
import { aSession } from '../../contract/store/sessions.ts';
import { anExecution, anInput } from '../records.ts';
import { collect } from '../service.ts';
import { SharedRecords, shared } from '../shared-records.ts';
import { aSessionInput, CALLER, hasEnded, openSessionService } from './support.ts';

const NOTHING = { stdin: '', files: [], env: [] };

async function queued(store: Store, sessionId: string, fields: object = {}): Promise<string> {
  const execution = anExecution({ caller: CALLER, sessionId, ...fields });
  await store.createExecution(execution, NOTHING);
  return execution.id;
}

test('a session whose server died ends LOST, what ran in it INTERRUPTED, what waited SESSION_ENDED', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const session = aSession({ caller: CALLER, owner: 'a former process', status: 'BUSY' });
  await store.sessions.createSession(session);
  const before = { status: 'RUNNING', owner: 'a former process', epoch: 1 } as const;
  const running = await queued(store, session.id, { ...before, context: 'main' });
  const waiting = [await queued(store, session.id), await queued(store, session.id)];
  await using service = await openSessionService({ store });
  expect(await service.executions.sessions.get(CALLER, session.id)).toMatchObject({
    status: 'ENDED',
    endReason: 'LOST',
    message: 'The server that held it is gone, and its sandbox with it.',
  });
  await collect(await service.executions.followStatus(CALLER, running));
  expect(await service.executions.get(CALLER, running)).toMatchObject({ endReason: 'INTERRUPTED' });
  for (const id of waiting) {
    expect(await service.executions.get(CALLER, id)).toMatchObject({
      status: 'FAILED',
      endReason: 'SESSION_ENDED',
      message: expect.stringContaining('The server that held it is gone'),
    });
  }
  expect(service.runner.runs).toEqual([]);
});

test('what waits in a session whose record is gone ends too', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const id = await queued(store, aSession().id);
  await using service = await openSessionService({ store });
  expect(await service.executions.get(CALLER, id)).toMatchObject({ endReason: 'SESSION_ENDED' });
});

test('a server that is stopped ends its sessions as LOST; what runs is interrupted, what waits ends', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const service = await openSessionService({ store });
  const { id } = await service.ready();
  const execute = () => service.executions.execute(CALLER, anInput({ sessionId: id }));
  const [running, waiting] = [await execute(), await execute()];
  (await service.host.of(id).next()).start();
  await service[Symbol.asyncDispose]();
  expect(await store.sessions.getSession(id)).toMatchObject({
    status: 'ENDED',
    endReason: 'LOST',
    message: 'The server that held it was stopped.',
  });
  expect(await store.getExecution(running.id)).toMatchObject({ endReason: 'INTERRUPTED' });
  expect(await store.getExecution(waiting.id)).toMatchObject({ endReason: 'SESSION_ENDED' });
  expect(service.host.of(id).isDisposed).toBe(true);
});

test('what is requested at another process happens at the one that holds the session', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const both = shared(store, new SharedRecords(store));
  await using first = await openSessionService({ store: both, owner: 'first' });
  await using second = await openSessionService({ store: both, owner: 'second' });
  const { id } = await first.ready();
  const seen = collect(await second.executions.sessions.follow(CALLER, id));
  const execution = await second.executions.execute(CALLER, anInput({ sessionId: id, context: 'main' }));
  const cell = await first.host.of(id).next();
  const output = collect(await second.executions.followOutput(CALLER, execution.id, 0));
  cell.start();
  await cell.print('hello\n');
  cell.end();
  const chunks = (await output).flatMap((batch) => batch.chunks);
  expect(chunks.map(({ text }) => text)).toEqual(['hello\n']);
  await second.until(id, ({ contexts }) => contexts.length === 1);
  const ended = await second.executions.sessions.end(CALLER, id);
  expect(ended).toMatchObject({ status: 'ENDED', endReason: 'CLOSED' });
  expect((await seen).at(-1)).toMatchObject({ status: 'ENDED' });
  expect(first.host.of(id).isDisposed).toBe(true);
  expect(second.host.sandboxes).toEqual([]);
  await expect(second.executions.execute(CALLER, anInput({ sessionId: id }))).rejects.toMatchObject({
    code: 'SESSION_ENDED',
  });
});

test('bounds count over all processes', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const both = shared(store, new SharedRecords(store));
  await using first = await openSessionService({ store: both, owner: 'first' });
  await using second = await openSessionService({ store: both, owner: 'second' });
  for (const service of [first, second, first]) {
    await service.executions.sessions.create(CALLER, aSessionInput());
  }
  await expect(second.executions.sessions.create(CALLER, aSessionInput())).rejects.toMatchObject({
    code: 'QUEUE_FULL',
  });
});

test('a process whose session another one has ended lets go of it', async () => {
  await using service = await openSessionService();
  const { id } = await service.ready();
  await service.store.sessions.updateSession(id, {
    status: 'ENDED',
    endReason: 'LOST',
    message: 'The server that held it is gone, and its sandbox with it.',
    endedAt: 1,
  });
  const execution = anExecution({ caller: CALLER, sessionId: id });
  await service.store.createExecution(execution, NOTHING);
  for (const active of service.executions.sessions.active()) active.poll();
  const cell = await service.host.of(id).next();
  cell.start().end();
  expect(await service.until(id, hasEnded)).toMatchObject({ endReason: 'LOST', endedAt: 1 });
  await expect.poll(() => service.host.of(id).isDisposed).toBe(true);
});

test('an execution that is queued as its session ends does not wait for ever', async () => {
  await using service = await openSessionService();
  const { id } = await service.ready();
  await service.executions.sessions.end(CALLER, id);
  const execution = anExecution({ caller: CALLER, sessionId: id });
  await service.store.createExecution(execution, NOTHING);
  await service.executions.sessions.queued(execution);
  expect(await service.executions.get(CALLER, execution.id)).toMatchObject({ endReason: 'SESSION_ENDED' });
});
