import { expect, test } from 'vitest';
import { SessionStartError } from '../../../src/executions/session-host.ts';
import { expiresAt } from '../../../src/executions/sessions/session.ts';
import { anInput } from '../records.ts';
import { collect, SESSIONS } from '../service.ts';
import { aSessionInput, CALLER, hasEnded, isIdle, openSessionService } from './support.ts';

test('a session is recorded first, then its sandbox is made with its files and environment', async () => {
  await using service = await openSessionService();
  const gate = Promise.withResolvers<void>();
  service.host.gate = gate.promise;
  const input = aSessionInput({
    files: [{ path: 'a.txt', content: 'hello', encoding: 'UTF8' }],
    env: [{ name: 'SECRET', value: 's3cret' }],
    labels: [{ name: 'team', value: 'x' }],
    limits: { memoryMb: 300 },
    idleTimeoutMs: 5000,
  });
  const session = await service.executions.sessions.create(CALLER, input);
  expect(session).toMatchObject({
    status: 'STARTING',
    language: 'python',
    idleTimeoutMs: 5000,
    labels: [{ name: 'team', value: 'x' }],
    limits: { memoryMb: 300, timeoutMs: 30_000 },
    runner: null,
    contexts: [],
  });
  expect(await service.store.sessions.getSession(session.id)).toStrictEqual(session);
  gate.resolve();
  const idle = await service.until(session.id, isIdle);
  expect(idle).toMatchObject({ status: 'IDLE', runner: { kind: 'scripted' } });
  expect(service.host.of(session.id).request).toMatchObject({
    id: session.id,
    env: [{ name: 'SECRET', value: 's3cret' }],
    files: [{ path: 'a.txt', content: Buffer.from('hello') }],
  });
  // Its environment is nowhere in the record.
  expect(JSON.stringify(idle)).not.toContain('s3cret');
});

test('executions run one at a time, in the order in which they came, each in its context', async () => {
  await using service = await openSessionService();
  const { id } = await service.ready();
  const sandbox = service.host.of(id);
  const inputs = [{ context: 'main' }, {}, { context: 'main' }];
  const submitted = [];
  for (const fields of inputs) {
    submitted.push(await service.executions.execute(CALLER, anInput({ sessionId: id, ...fields })));
  }
  const first = await sandbox.next();
  expect(await service.executions.queuePosition(submitted[2] as never)).toBe(2);
  expect(await service.executions.message(submitted[2] as never)).toMatch(
    /in session .*: 1 queued before it/,
  );
  expect(await service.executions.sessions.get(CALLER, id)).toMatchObject({ status: 'BUSY' });
  first.start().print('1\n');
  const display = { parts: [{ mediaType: 'text/html', data: '<b>2</b>', isBase64: false }], isResult: true };
  first.display(display, '2');
  first.end();
  const second = await sandbox.next();
  second.start().end();
  const third = await sandbox.next();
  third.start().end();
  expect([first, second, third].map(({ request }) => request.id)).toEqual(submitted.map((one) => one.id));
  expect([first, second, third].map(({ context }) => context)).toEqual(['main', null, 'main']);
  const idle = await service.until(id, isIdle);
  expect(idle.contexts).toEqual([{ name: 'main', executionCount: 2, stateLost: false }]);
  const all = await service.executions.sessions.executions({ sessionId: id, first: 10 });
  expect(all.map((one) => one.id)).toEqual(submitted.map((one) => one.id).reverse());
  expect(all.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  expect(await service.executions.output.text(all[2] as never)).toBe('1\n2\n');
  expect(await service.executions.output.chunk(all[2] as never, 2)).toMatchObject({
    stream: 'DISPLAY',
    display,
  });
  expect(await service.executions.output.chunk(all[2] as never, 3)).toBeNull();
});

test('a queued execution can be cancelled, a running one too, and the session goes on', async () => {
  await using service = await openSessionService();
  const { id } = await service.ready();
  const sandbox = service.host.of(id);
  const execute = () => service.executions.execute(CALLER, anInput({ sessionId: id, context: 'main' }));
  const [running, queued, last] = [await execute(), await execute(), await execute()];
  const cell = await sandbox.next();
  cell.start();
  await service.executions.cancel(CALLER, queued.id);
  cell.stateLost = true;
  await service.executions.cancel(CALLER, running.id);
  const next = await sandbox.next();
  expect(next.request.id).toBe(last.id);
  expect(await service.executions.get(CALLER, queued.id)).toMatchObject({ status: 'CANCELLED' });
  expect(await service.executions.get(CALLER, running.id)).toMatchObject({
    status: 'CANCELLED',
    message: 'The variables of context main are lost.',
  });
  expect((await service.executions.sessions.get(CALLER, id))?.contexts).toEqual([
    { name: 'main', executionCount: 1, stateLost: true },
  ]);
  next.start().end();
  expect((await service.until(id, isIdle)).contexts).toEqual([
    { name: 'main', executionCount: 2, stateLost: false },
  ]);
});

test('ending it ends what runs, and what waits, with SESSION_ENDED; its end is told once', async () => {
  await using service = await openSessionService();
  const { id } = await service.ready();
  const execute = () => service.executions.execute(CALLER, anInput({ sessionId: id }));
  const [running, queued] = [await execute(), await execute()];
  (await service.host.of(id).next()).start();
  const seen = collect(await service.executions.sessions.follow(CALLER, id));
  const ended = await service.executions.sessions.end(CALLER, id);
  expect(ended).toMatchObject({ status: 'ENDED', endReason: 'CLOSED', message: null });
  expect(expiresAt(ended)).toBeNull();
  expect(service.host.of(id).isDisposed).toBe(true);
  for (const one of [running, queued]) {
    expect(await service.executions.get(CALLER, one.id)).toMatchObject({
      status: 'FAILED',
      endReason: 'SESSION_ENDED',
      message: 'Its session was ended by its caller.',
    });
  }
  expect((await seen).map(({ status }) => status)).toEqual(['BUSY', 'ENDED']);
  expect(await service.executions.sessions.end(CALLER, id)).toStrictEqual(ended);
  await expect(execute()).rejects.toMatchObject({ code: 'SESSION_ENDED' });
});

test('it ends when nothing ran in it for its idle time, and not while something runs', async () => {
  await using service = await openSessionService();
  const { id, lastUsedAt } = await service.ready({ idleTimeoutMs: 1000 });
  const { id: executionId } = await service.executions.execute(CALLER, anInput({ sessionId: id }));
  const cell = (await service.host.of(id).next()).start();
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(await service.executions.sessions.get(CALLER, id)).toMatchObject({ status: 'BUSY' });
  cell.end();
  const ended = await service.until(id, hasEnded);
  expect(ended).toMatchObject({
    endReason: 'IDLE_TIMEOUT',
    message: 'Nothing ran in it for 1 s, its idle limit.',
  });
  expect((ended.endedAt ?? 0) - lastUsedAt).toBeGreaterThanOrEqual(1000);
  expect(await service.executions.get(CALLER, executionId)).toMatchObject({ status: 'SUCCEEDED' });
});

test('it ends at its lifetime, whatever runs in it', async () => {
  await using service = await openSessionService({ sessions: { ...SESSIONS, lifetimeMs: 300 } });
  const session = await service.ready();
  expect(expiresAt(session)).toBe(session.createdAt + 300);
  const { id } = await service.executions.execute(CALLER, anInput({ sessionId: session.id }));
  (await service.host.of(session.id).next()).start();
  const ended = await service.until(session.id, hasEnded);
  expect(ended).toMatchObject({ endReason: 'LIFETIME' });
  expect(await service.executions.get(CALLER, id)).toMatchObject({ endReason: 'SESSION_ENDED' });
});

test('it ends when its sandbox is gone, with the reason', async () => {
  await using service = await openSessionService();
  const { id } = await service.ready();
  const execute = () => service.executions.execute(CALLER, anInput({ sessionId: id }));
  const [running, queued] = [await execute(), await execute()];
  const cell = (await service.host.of(id).next()).start();
  cell.end({ reason: 'OUT_OF_MEMORY', exitCode: null, message: 'It used more than 256 MiB.' });
  service.host.of(id).lose({ reason: 'OUT_OF_MEMORY', message: 'It used more than 256 MiB.' });
  expect(await service.until(id, hasEnded)).toMatchObject({
    endReason: 'OUT_OF_MEMORY',
    message: 'It used more than 256 MiB.',
  });
  await collect(await service.executions.followStatus(CALLER, queued.id));
  expect(await service.executions.get(CALLER, running.id)).toMatchObject({ endReason: 'OUT_OF_MEMORY' });
  expect(await service.executions.get(CALLER, queued.id)).toMatchObject({
    endReason: 'SESSION_ENDED',
    message: 'Its session ended. It used more than 256 MiB.',
  });
});

test('a sandbox that cannot be made ends the session with the reason, and what waits in it', async () => {
  await using service = await openSessionService();
  const gate = Promise.withResolvers<void>();
  service.host.gate = gate.promise;
  const { id } = await service.executions.sessions.create(CALLER, aSessionInput());
  const execution = await service.executions.execute(CALLER, anInput({ sessionId: id }));
  expect(await service.executions.message(execution)).toBe(
    `Waits until the sandbox of its session ${id} is ready.`,
  );
  service.host.fails = new SessionStartError('IMAGE_UNAVAILABLE', 'There is no image x.');
  gate.resolve();
  expect(await service.until(id, hasEnded)).toMatchObject({
    endReason: 'IMAGE_UNAVAILABLE',
    message: 'There is no image x.',
  });
  await collect(await service.executions.followStatus(CALLER, execution.id));
  expect(await service.executions.get(CALLER, execution.id)).toMatchObject({ endReason: 'SESSION_ENDED' });
});

test('one that is ended while its sandbox is being made has none', async () => {
  await using service = await openSessionService();
  service.host.gate = new Promise(() => {});
  const { id } = await service.executions.sessions.create(CALLER, aSessionInput());
  expect(await service.executions.sessions.end(CALLER, id)).toMatchObject({ endReason: 'CLOSED' });
  expect(service.host.sandboxes).toEqual([]);
});

test('a viewer that leaves changes nothing', async () => {
  await using service = await openSessionService();
  const { id } = await service.ready();
  const viewer = await service.executions.sessions.follow(CALLER, id);
  await viewer.next();
  const pending = viewer.next();
  await viewer.return?.();
  expect(await pending).toMatchObject({ done: true });
  expect(await service.executions.sessions.get(CALLER, id)).toMatchObject({ status: 'IDLE' });
});
