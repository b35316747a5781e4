import { expect, onTestFinished, test } from 'vitest';
import { openMongoStore } from '../../src/db/mongodb/open.ts';
import { anInput } from '../executions/records.ts';
import { collect } from '../executions/service.ts';
import { CALLER, isIdle, openSessionService, type SessionService } from '../executions/sessions/support.ts';
import { databaseOfTest } from './support/database.ts';

/** Two processes on one database, each with a store and a host of its own. */
async function openTwo(): Promise<[SessionService, SessionService]> {
  const { uri } = databaseOfTest();
  const open = async (owner: string): Promise<SessionService> => {
    const store = await openMongoStore({ uri });
    const service = await openSessionService({ store, owner });
    onTestFinished(async () => {
      await service[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    });
    return service;
  };
  return [await open('first'), await open('second')];
}

test('what is requested where a session is not happens where it is: cells, stdin, interrupts, cancels, its end', async () => {
  const [first, second] = await openTwo();
  const { id } = await first.ready();
  const changes = collect(await second.executions.sessions.follow(CALLER, id));
  const input = anInput({ sessionId: id, context: 'main', stdinOpen: true });
  const execution = await second.executions.execute(CALLER, input);
  const queued = await second.executions.execute(CALLER, anInput({ sessionId: id }));
  const cell = await first.host.of(id).next();
  expect(cell.request.id).toBe(execution.id);
  cell.start();
  const { signal } = new AbortController();
  const output = collect(await second.executions.followOutput(CALLER, execution.id, 0));
  await cell.print('name? ');
  const data = { text: 'Ada\n', encoding: 'UTF8' } as const;
  await second.executions.writeStdin(CALLER, execution.id, { data, offset: null, end: false });
  expect(await cell.request.input.read(0, signal)).toMatchObject({ data: Buffer.from('Ada\n') });
  await second.executions.interrupt(CALLER, execution.id);
  expect(await cell.request.input.interrupted(0, signal)).toBe(1);
  await cell.print('hello Ada\n');
  cell.end();
  const texts = (await output).flatMap(({ chunks }) => chunks.map(({ text }) => text));
  expect(texts.join('')).toBe('name? hello Ada\n');
  const next = await first.host.of(id).next();
  expect(next.request.id).toBe(queued.id);
  next.start();
  await second.executions.cancel(CALLER, queued.id);
  const statuses = await collect(await second.executions.followStatus(CALLER, queued.id));
  expect(statuses.at(-1)).toMatchObject({ status: 'CANCELLED' });
  await second.until(id, isIdle);
  expect(await second.executions.sessions.get(CALLER, id)).toMatchObject({
    contexts: [{ name: 'main', executionCount: 1, stateLost: false }],
  });
  expect(await second.executions.sessions.end(CALLER, id)).toMatchObject({ endReason: 'CLOSED' });
  expect((await changes).at(-1)).toMatchObject({ status: 'ENDED' });
  expect(first.host.of(id).isDisposed).toBe(true);
  expect(second.host.sandboxes).toEqual([]);
});

test('bounds on sessions count over both', async () => {
  const [first, second] = await openTwo();
  for (const service of [first, second, first]) await service.ready();
  await expect(second.ready()).rejects.toMatchObject({ code: 'QUEUE_FULL' });
});
