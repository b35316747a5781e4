import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openMongoStore } from '../../src/db/mongodb/open.ts';
import { UnavailableError } from '../../src/executions/errors.ts';
import type { Store } from '../../src/executions/store.ts';
import { ALL } from '../contract/store/samples.ts';
import { anInput } from '../executions/records.ts';
import { collect, openService } from '../executions/service.ts';
import { databaseOfTest } from './support/database.ts';
import { type DatabaseProxy, openProxy } from './support/proxy.ts';

const OPTIONS = '&serverSelectionTimeoutMS=600&connectTimeoutMS=500&socketTimeoutMS=2000';

test('one execution from submission to end, with its input, its output and its label', async () => {
  await using store = await openMongoStore({ uri: databaseOfTest().uri });
  await using service = await openService({ store });
  const { executions, runner } = service;
  const labels = [{ name: 'team', value: 'red' }];
  const { id } = await executions.execute('anonymous', anInput({ stdin: 'in', labels }));
  const follower = collect(await executions.followOutput('anonymous', id, 0));
  const run = await runner.next();
  expect(run.request.payload.stdin).toBe('in');
  run.start();
  await run.print('one\n');
  await run.print('two\n', 'STDERR');
  run.end({ exitCode: 3 });
  const events = await follower;
  const seen = events.flatMap((event) => event.chunks.map(({ seq, text }) => [seq, text]));
  expect(seen).toEqual([
    [1, 'one\n'],
    [2, 'two\n'],
  ]);
  expect(events.at(-1)?.ended).toBe(true);
  expect(await store.getExecution(id)).toMatchObject({
    status: 'FAILED',
    lastSeq: 2,
    outputBytes: 8,
    labels,
  });
  await expect.poll(() => store.getPayload(id)).toBeNull();
});

test('twenty-four executions at once, each with its own output', async () => {
  await using store = await openMongoStore({ uri: databaseOfTest().uri });
  await using service = await openService({ store, maxRunning: 8, maxQueued: 500, maxQueuedPerCaller: 500 });
  const { executions, runner } = service;
  const count = 24;
  const submitted = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      executions.execute('anonymous', anInput({ args: [`${index}`] })),
    ),
  );
  for (let started = 0; started < count; started++) {
    const run = await runner.next();
    run.start();
    await run.printAll(Array.from({ length: 5 }, (_, line) => `${run.request.args[0]}: ${line}\n`));
    run.end();
  }
  for (const [index, { id }] of submitted.entries()) {
    const [last] = (await collect(await executions.followStatus('anonymous', id))).slice(-1);
    expect(last).toMatchObject({ status: 'SUCCEEDED', lastSeq: 5 });
    const texts = (await store.readChunks(id, ALL)).map(({ text }) => text);
    expect(texts).toEqual(Array.from({ length: 5 }, (_, line) => `${index}: ${line}\n`));
  }
});

/** What happens to the way to the database while a program prints; afterwards it is open again. */
const FAULTS: { readonly [what: string]: (proxy: DatabaseProxy) => Promise<void> } = {
  'connections are cut': async (proxy) => proxy.cut(),
  'the database is away for a while': async (proxy) => {
    await proxy.close();
    await sleep(300);
    await proxy.open();
  },
};

test.each(Object.keys(FAULTS))(
  '%s while a program prints: nothing is lost, nothing is there twice',
  async (what) => {
    const { store, proxy, database } = await openThroughProxy();
    await using service = await openService({ store });
    const { executions, runner } = service;
    const { id } = await executions.execute('anonymous', anInput());
    const follower = collect(await executions.followOutput('anonymous', id, 0));
    const run = await runner.next();
    run.start();
    const lines = 300;
    for (let line = 1; line <= lines; line++) {
      await run.print(`line ${line}\n`);
      if (line % 100 === 50) await FAULTS[what]?.(proxy);
      if (line % 10 === 0) await sleep(10);
    }
    run.end();
    const seen = (await follower).flatMap((event) => event.chunks.map(({ seq }) => seq));
    const expected = Array.from({ length: lines }, (_, index) => index + 1);
    expect(seen).toEqual(expected);
    await using direct = await openMongoStore({ uri: database.uri });
    const stored = await direct.readChunks(id, ALL);
    expect(stored.map(({ seq }) => seq)).toEqual(expected);
    expect(stored.every(({ seq, text }) => text === `line ${seq}\n`)).toBe(true);
    const bytes = stored.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    expect(await direct.getExecution(id)).toMatchObject({
      status: 'SUCCEEDED',
      lastSeq: lines,
      outputBytes: bytes,
    });
  },
);

test('while the database is away a submission is refused, and what runs goes on to its end', async () => {
  const { store, proxy } = await openThroughProxy();
  await using service = await openService({ store });
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  const run = await runner.next();
  run.start();
  await run.print('before\n');
  await proxy.close();
  await expect(executions.execute('anonymous', anInput())).rejects.toBeInstanceOf(UnavailableError);
  expect((await executions.health()).status).toBe('UNHEALTHY');
  await run.print('meanwhile\n');
  run.end();
  await proxy.open();
  await expect.poll(async () => (await status(store, id))?.status, { timeout: 20_000 }).toBe('SUCCEEDED');
  expect((await store.readChunks(id, ALL)).map(({ text }) => text)).toEqual(['before\n', 'meanwhile\n']);
});

test('a response that is lost on the way back makes no chunk come twice and no end be lost', async () => {
  const database = databaseOfTest();
  let cuts = 0;
  let answers = 0;
  let isCutting = false;
  // Every 5th answer is lost with its connection; the write it confirms was made.
  await using proxy = await openProxy(database.address, {
    cutsAnswer: () => {
      const isCut = isCutting && ++answers % 5 === 0 && cuts < 15;
      if (isCut) cuts++;
      return isCut;
    },
  });
  const uri = `${database.uri.replace(database.address, proxy.address)}${OPTIONS}`;
  await using store = await openMongoStore({ uri });
  await using service = await openService({ store });
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  const run = await runner.next();
  isCutting = true;
  run.start();
  for (let line = 1; line <= 100; line++) await run.print(`line ${line}\n`);
  run.end();
  await using direct = await openMongoStore({ uri: database.uri });
  await expect.poll(async () => (await status(direct, id))?.status, { timeout: 25_000 }).toBe('SUCCEEDED');
  expect(cuts).toBeGreaterThan(0);
  expect(await direct.listExecutions({ caller: 'anonymous', limit: 10 })).toHaveLength(1);
  expect((await direct.readChunks(id, ALL)).map(({ seq }) => seq)).toEqual(
    Array.from({ length: 100 }, (_, index) => index + 1),
  );
  expect(runner.runs).toEqual([]);
});

async function openThroughProxy() {
  const database = databaseOfTest();
  const proxy = await openProxy(database.address);
  const uri = `${database.uri.replace(database.address, proxy.address)}${OPTIONS}`;
  const store = await openMongoStore({ uri });
  onTestFinished(async () => {
    await store[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  });
  return { database, proxy, store };
}

function status(store: Store, id: string) {
  return store.getExecution(id).catch(() => null);
}
