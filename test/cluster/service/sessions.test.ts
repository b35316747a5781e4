import { expect, test } from 'vitest';
import { makeDataDir } from '../../service/support/data-dir.ts';
import { ended, get, submit } from '../../service/support/executions.ts';
import { ask } from '../../service/support/graphql.ts';
import { type ServerProcess, startServer } from '../../service/support/server-process.ts';
import {
  createSession,
  endSession,
  findSession,
  liveTenCells,
  type Session,
} from '../../service/support/sessions.ts';
import type { Settings } from '../../service/support/settings.ts';
import { TestNamespace } from '../support/namespace.ts';
import { until } from '../support/until.ts';
import { lines, linesText } from './support/programs.ts';
import { nothingLeft, nothingRuns } from './support/remains.ts';
import { clusterSettings, freePort, startClusterServer } from './support/server.ts';
import { PATIENCE_MS, Viewer } from './support/viewer.ts';

const LINES = 100;
const LIMITS = { timeoutMs: 300_000 };
/** A launcher that nobody talks to goes after a minute. */
const ORPHANS_MS = 150_000;

/** Submits a cell of a session's context. */
function cell(
  url: string,
  sessionId: string,
  code: string,
  context: string | null = 'main',
): Promise<string> {
  return submit(url, { code, sessionId, context, limits: LIMITS });
}

/** Resolves to the session once it has ended. */
async function endOf(url: string, id: string): Promise<Session> {
  const found = await until(
    () => findSession(url, id),
    (session) => session?.status === 'ENDED',
    PATIENCE_MS,
  );
  if (found === null) throw new Error(`Expected session ${id}, got none.`);
  return found;
}

/** One data directory, one address and one namespace, for one server after another. */
async function openPlace() {
  const resources = new AsyncDisposableStack();
  const namespace = resources.use(await TestNamespace.create('sessions'));
  const dataDir = resources.use(await makeDataDir());
  const settings = { DATA_DIR: dataDir.path, PORT: String(await freePort()) };
  return {
    namespace,
    start: async (more: Settings = {}): Promise<ServerProcess & { readonly url: string }> =>
      resources.use(await startServer(clusterSettings(namespace, { ...settings, ...more }))),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

test('ten cells, two viewers, one of them cut; then nothing is left', { timeout: 180_000 }, async () => {
  await using namespace = await TestNamespace.create('sessions');
  await using server = await startClusterServer(namespace);
  await liveTenCells(server.url);
  await nothingLeft(namespace);
});

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'after %s the next server goes on with the running cell, and with the variables',
  {
    timeout: 2 * ORPHANS_MS,
  },
  async (signal) => {
    await using place = await openPlace();
    const first = await place.start();
    const { url } = first;
    const sessionId = await createSession(url, {
      language: 'python',
      env: [{ name: 'GIVEN', value: 'secret' }],
    });
    await ended(url, await cell(url, sessionId, 'x = 41'));
    const running = await cell(url, sessionId, lines(LINES, 100));
    const queued = await cell(url, sessionId, 'import os\nx += 1\nprint(x, os.environ["GIVEN"])');
    const viewer = new Viewer(url, running);
    await viewer.printed('line 5\n');
    const before = await findSession(url, sessionId);
    first.kill(signal);
    await first.ended;
    await place.start();
    expect(await viewer.end()).toMatchObject({ status: 'SUCCEEDED', output: linesText(LINES) });
    expect(await ended(url, queued)).toMatchObject({ status: 'SUCCEEDED', output: '42 secret\n' });
    const fresh = await cell(url, sessionId, 'print("fresh")', null);
    expect(await ended(url, fresh)).toMatchObject({ output: 'fresh\n' });
    const after = await findSession(url, sessionId);
    expect(after).toMatchObject({ endReason: null, runner: before?.runner });
    expect(after?.contexts).toEqual([{ name: 'main', executionCount: 3, stateLost: false }]);
    expect(await endSession(url, sessionId)).toMatchObject({ status: 'ENDED', endReason: 'CLOSED' });
    if (signal === 'SIGTERM') await nothingLeft(place.namespace);
    else await nothingRuns(place.namespace, ORPHANS_MS);
  },
);

test('a cell that ended while no server was there is told as it ended', {
  timeout: 2 * ORPHANS_MS,
}, async () => {
  await using place = await openPlace();
  const first = await place.start();
  const { url } = first;
  const sessionId = await createSession(url);
  const running = await cell(url, sessionId, `${lines(20, 100)}\nx = 1`);
  await new Viewer(url, running).printed('line 5\n');
  const { pod } = (await findSession(url, sessionId))?.runner ?? {};
  first.kill('SIGKILL');
  await first.ended;
  const { core, name: namespace } = place.namespace;
  await until(
    () => core.readNamespacedPodLog({ name: pod ?? '', namespace }).catch(String),
    (log) => log.split('"type":"end"').length > 1,
  );
  await place.start();
  expect(await ended(url, running)).toMatchObject({ status: 'SUCCEEDED', output: linesText(20) });
  expect(await ended(url, await cell(url, sessionId, 'print(x)'))).toMatchObject({ output: '1\n' });
  await endSession(url, sessionId);
});

test('a pod that is deleted ends its session once, with what runs and what waits', {
  timeout: 180_000,
}, async () => {
  await using namespace = await TestNamespace.create('sessions');
  await using server = await startClusterServer(namespace);
  const { url } = server;
  const sessionId = await createSession(url);
  const running = await cell(url, sessionId, lines(1000, 100));
  const queued = await cell(url, sessionId, 'print(1)');
  await new Viewer(url, running).printed('line 3\n');
  const session = await findSession(url, sessionId);
  await namespace.core.deleteNamespacedPod({ name: session?.runner?.pod ?? '', namespace: namespace.name });
  const found = await endOf(url, sessionId);
  expect(found).toMatchObject({ endReason: 'LOST', message: expect.stringMatching(/deleted|gone/) });
  for (const id of [running, queued]) {
    expect(await ended(url, id)).toMatchObject({
      status: 'FAILED',
      endReason: 'SESSION_ENDED',
      message: `Its session ended. ${found.message}`,
    });
  }
  expect((await get(url, running)).output).toMatch(/^line 1\nline 2\nline 3\n/);
  await nothingLeft(namespace);
  // An end stays as it is.
  expect(await endSession(url, sessionId)).toEqual(found);
});

test('a session that was left while its pod died ends when the next server finds it', {
  timeout: 2 * ORPHANS_MS,
}, async () => {
  await using place = await openPlace();
  const first = await place.start();
  const { url } = first;
  const sessionId = await createSession(url);
  const running = await cell(url, sessionId, lines(1000, 100));
  await new Viewer(url, running).printed('line 3\n');
  const { pod = '' } = (await findSession(url, sessionId))?.runner ?? {};
  first.kill('SIGKILL');
  await first.ended;
  const { core, name: namespace } = place.namespace;
  await core.deleteNamespacedPod({ name: pod ?? '', namespace });
  await until(
    () => place.namespace.pods(),
    (pods) => !pods.some(({ metadata }) => metadata?.name === pod),
  );
  await place.start();
  expect(await endOf(url, sessionId)).toMatchObject({ endReason: 'LOST' });
  expect(await ended(url, running)).toMatchObject({ status: 'FAILED', endReason: 'SESSION_ENDED' });
  await nothingRuns(place.namespace, ORPHANS_MS);
});

test('beyond its memory, beyond its idle limit: each end is told, and its pod goes', {
  timeout: 240_000,
}, async () => {
  await using namespace = await TestNamespace.create('sessions');
  await using server = await startClusterServer(namespace);
  const { url } = server;
  const greedy = await createSession(url, { limits: { memoryMb: 64 } });
  const taking = await submit(url, {
    code: 'held = []\nwhile True: held.append(bytearray(1 << 20))',
    sessionId: greedy,
    context: 'main',
  });
  expect(await ended(url, taking)).toMatchObject({ endReason: 'OUT_OF_MEMORY' });
  expect(await endOf(url, greedy)).toMatchObject({ endReason: 'OUT_OF_MEMORY' });
  const idle = await createSession(url, { idleTimeoutMs: 2000 });
  await ended(url, await cell(url, idle, 'print(1)'));
  expect(await endOf(url, idle)).toMatchObject({ endReason: 'IDLE_TIMEOUT' });
  await nothingLeft(namespace);
});

test("what a session holds is its caller's alone", { timeout: 180_000 }, async () => {
  await using namespace = await TestNamespace.create('sessions');
  const API_KEYS = 'ada=key-of-ada-0123456789,grace=key-of-grace-0123456789';
  await using server = await startClusterServer(namespace, { API_KEYS });
  const { url } = server;
  const [ada, grace] = ['ada', 'grace'].map((name) => ({
    authorization: `Bearer key-of-${name}-0123456789`,
  }));
  const own = await createSession(url, { files: [{ path: 'secret.txt', content: 'of ada' }] }, ada);
  const theirs = await createSession(url, {}, grace);
  expect(await findSession(url, own, grace)).toBeNull();
  const refused = await ask<{ execute: { code: string } }>(
    url,
    'mutation ($input: ExecuteInput!) { execute(input: $input) { ... on UserError { code } } }',
    { input: { code: '1', sessionId: own } },
    grace,
  );
  expect(refused.execute.code).toBe('NOT_FOUND');
  const code = 'import os\nprint(sorted(os.listdir(".")))';
  const read = async (sessionId: string, headers = ada) =>
    (await ended(url, await submit(url, { code, sessionId }, headers), headers)).output;
  expect(await read(own)).toContain('secret.txt');
  expect(await read(theirs, grace)).not.toContain('secret.txt');
  expect((await findSession(url, own, ada))?.runner?.pod).not.toBe(
    (await findSession(url, theirs, grace))?.runner?.pod,
  );
});
