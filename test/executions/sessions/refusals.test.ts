import { expect, test } from 'vitest';
import { SESSION_QUEUED } from '../../../src/bounds.ts';
import type { ExecuteInput } from '../../../src/executions/input/input.ts';
import { anInput } from '../records.ts';
import { openService } from '../service.ts';
import { aSessionInput, CALLER, openSessionService } from './support.ts';

test('executions that cannot run in a session are refused, and nothing is recorded', async () => {
  await using service = await openSessionService();
  const { id } = await service.ready();
  const javascript = await service.ready({ language: 'javascript' });
  const others = await service.executions.sessions.create('key:bob', aSessionInput());
  const refusals: [Partial<ExecuteInput>, object][] = [
    [
      { sessionId: id, language: 'javascript' },
      { code: 'INVALID_INPUT', field: 'language' },
    ],
    [
      { sessionId: javascript.id, language: 'python' },
      { code: 'INVALID_INPUT', field: 'language' },
    ],
    [{ sessionId: others.id }, { code: 'NOT_FOUND' }],
    [{ sessionId: '01980000-0000-7000-8000-000000000001' }, { code: 'NOT_FOUND' }],
    [
      { sessionId: id, context: 'x'.repeat(64) },
      { code: 'INVALID_INPUT', field: 'context' },
    ],
    [
      { sessionId: id, context: '' },
      { code: 'INVALID_INPUT', field: 'context' },
    ],
    [
      { sessionId: id, context: '../x' },
      { code: 'INVALID_INPUT', field: 'context' },
    ],
    [{ context: 'main' }, { code: 'INVALID_INPUT', field: 'context' }],
    [
      { sessionId: javascript.id, language: null, context: 'main' },
      {
        field: 'context',
        message: expect.stringContaining('none, as this server keeps no state of javascript programs'),
      },
    ],
    [
      { sessionId: id, limits: { memoryMb: 512 } },
      { code: 'INVALID_INPUT', field: 'limits.memoryMb' },
    ],
  ];
  for (const [fields, error] of refusals) {
    await expect(service.executions.execute(CALLER, anInput(fields))).rejects.toMatchObject(error);
  }
  expect(await service.executions.list(CALLER, { first: 10 })).toEqual([]);
});

test("a language that is not named is the session's", async () => {
  await using service = await openSessionService();
  const { id } = await service.ready({ language: 'javascript', limits: { timeoutMs: 777 } });
  const execution = await service.executions.execute(CALLER, anInput({ sessionId: id, language: null }));
  expect(execution).toMatchObject({
    language: 'javascript',
    fileName: 'main.js',
    sessionId: id,
    context: null,
    limits: { timeoutMs: 777 },
  });
});

test('a session with many executions queued takes no more', async () => {
  await using service = await openSessionService();
  const { id } = await service.ready();
  const execute = () => service.executions.execute(CALLER, anInput({ sessionId: id }));
  await execute();
  await service.host.of(id).next();
  await Promise.all(Array.from({ length: SESSION_QUEUED }, execute));
  await expect(execute()).rejects.toMatchObject({ code: 'QUEUE_FULL', retryAfterMs: 10_000 });
  // The queue of all others is not full.
  expect((await service.store.listQueues()).length).toBe(0);
});

test('sessions that cannot be are refused, and nothing is recorded', async () => {
  await using service = await openSessionService();
  const create = (fields: object) => service.executions.sessions.create(CALLER, aSessionInput(fields));
  for (const idleTimeoutMs of [999, 86_400_001, 1.5, -1]) {
    await expect(create({ idleTimeoutMs })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      field: 'idleTimeoutMs',
      message: `idleTimeoutMs: expected a whole number from 1000 to 86400000, got ${idleTimeoutMs}`,
    });
  }
  await expect(create({ language: 'cobol' })).rejects.toMatchObject({ code: 'UNSUPPORTED_LANGUAGE' });
  await expect(create({ limits: { memoryMb: 1 } })).rejects.toMatchObject({ field: 'limits.memoryMb' });
  await expect(create({ files: [{ path: '/etc/x', content: '', encoding: 'UTF8' }] })).rejects.toMatchObject({
    field: 'files[0].path',
  });
  expect(await service.store.sessions.listOpenSessions()).toEqual([]);
});

test('a caller has so many at once, and all callers together', async () => {
  await using service = await openSessionService();
  const { sessions } = service.executions;
  const own = [];
  for (let n = 0; n < 3; n++) own.push(await sessions.create(CALLER, aSessionInput()));
  await expect(sessions.create(CALLER, aSessionInput())).rejects.toMatchObject({
    code: 'QUEUE_FULL',
    message: expect.stringContaining('Expected fewer than 3 open sessions of one caller, got 3'),
  });
  await sessions.end(CALLER, own[0]?.id ?? '');
  await sessions.create(CALLER, aSessionInput());
  const many = Array.from({ length: 9 }, (_, n) => sessions.create(`key:${n}`, aSessionInput()));
  const settled = await Promise.allSettled(many);
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
});

test('an idempotency key gives the same session, and another input is a conflict', async () => {
  await using service = await openSessionService();
  const create = (fields: object) =>
    service.executions.sessions.create(CALLER, aSessionInput({ idempotencyKey: 'k', ...fields }));
  const first = await create({});
  expect(await create({})).toMatchObject({ id: first.id });
  await expect(create({ language: 'javascript' })).rejects.toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
    executionId: first.id,
  });
  await service.executions.sessions.end(CALLER, first.id);
  expect(await create({})).toMatchObject({ id: first.id, status: 'ENDED' });
  expect(service.host.sandboxes.length).toBeLessThanOrEqual(1);
});

test('a repeated submission gives the execution of then, also when the session has ended', async () => {
  await using service = await openSessionService();
  const { id } = await service.ready();
  const input = anInput({ sessionId: id, context: 'main', idempotencyKey: 'k' });
  const execution = await service.executions.execute(CALLER, input);
  await expect(service.executions.execute(CALLER, { ...input, context: 'other' })).rejects.toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
  });
  await service.executions.sessions.end(CALLER, id);
  expect(await service.executions.execute(CALLER, input)).toMatchObject({ id: execution.id });
});

test('a server whose runner keeps no sessions says so', async () => {
  await using service = await openService();
  await expect(service.executions.sessions.create(CALLER, aSessionInput())).rejects.toMatchObject({
    code: 'UNSUPPORTED_LANGUAGE',
    message: expect.stringContaining('this one can keep none'),
    supported: [],
  });
});

test('another caller neither sees a session nor ends it', async () => {
  await using service = await openSessionService();
  const { id } = await service.ready();
  const { sessions } = service.executions;
  expect(await sessions.get('key:bob', id)).toBeNull();
  await expect(sessions.end('key:bob', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(sessions.follow('key:bob', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await sessions.list('key:bob', { first: 10 })).toEqual([]);
  expect((await sessions.list(CALLER, { first: 10 })).map((session) => session.id)).toEqual([id]);
});
