import type { ServerResponse } from 'node:http';
import type { V1Pod } from '@kubernetes/client-node';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Informer } from '../../../../src/runner/kubernetes/api/informer.ts';
import { PODS } from '../../../../src/runner/kubernetes/api/objects.ts';
import { type Client, openClient, quietLogger } from './support/client.ts';
import { type Asked, event, FakeApi, json, listOf, wire } from './support/fake-api.ts';

let server: FakeApi;
let client: Client;
let logger: ReturnType<typeof quietLogger>;
let informer: Informer<V1Pod> | undefined;
/** What the informer told, `name version` or `name gone`. */
let told: string[];
/** What lists answer with, and the watches that are open. */
let listed: object;
let watches: { readonly asked: Asked; readonly response: ServerResponse }[];

beforeEach(async () => {
  told = [];
  watches = [];
  listed = listOf(10, wire('a', 5));
  logger = quietLogger();
  server = await FakeApi.open(answer);
  client = openClient({ server: server.url });
});
afterEach(async () => {
  client.api[Symbol.dispose]();
  await informer?.[Symbol.asyncDispose]();
  await client[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function answer(asked: Asked, response: ServerResponse): void {
  if (!asked.query.has('watch')) {
    json(response, 200, listed);
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  watches.push({ asked, response });
}

function start(compareMs = 3_600_000, silenceMs = 3_600_000): Informer<V1Pod> {
  informer = new Informer({
    api: client.api,
    kind: PODS,
    selection: { namespace: 'n', labels: 'app=podline' },
    logger,
    onProblem() {},
    compareMs,
    silenceMs,
  });
  informer.store.onChange((name, object, last) => {
    told.push(
      `${name} ${object ? object.metadata?.resourceVersion : 'gone'} after ${last?.metadata?.resourceVersion}`,
    );
  });
  return informer;
}

/** Waits until something holds, and says what was told and asked when it does not. */
async function until(holds: () => boolean): Promise<void> {
  await vi.waitFor(
    () => {
      const asked = server.asked.map(({ query }) => String(query));
      if (!holds()) throw new Error(JSON.stringify({ told, asked, said: logger.said }));
    },
    { timeout: 10_000, interval: 5 },
  );
}

const lastWatch = () => watches.at(-1)?.response;
const versions = () => watches.map(({ asked }) => asked.query.get('resourceVersion'));

it('lists, then watches from there, and notifies of changes', async () => {
  const { store } = start();
  expect(store.synced).toBe(false);
  await until(() => store.synced);
  expect(store.get('a')?.metadata?.name).toBe('a');
  await until(() => watches.length === 1);
  expect(Object.fromEntries(watches[0]?.asked.query ?? [])).toMatchObject({
    labelSelector: 'app=podline',
    resourceVersion: '10',
    allowWatchBookmarks: 'true',
  });
  lastWatch()?.write(event('ADDED', wire('b', 11)) + event('MODIFIED', wire('a', 12)));
  lastWatch()?.write(
    event('BOOKMARK', { metadata: { resourceVersion: '13' } }) + event('DELETED', wire('b', 14)),
  );
  await until(() => told.length === 4);
  expect(told).toEqual(['a 5 after undefined', 'b 11 after undefined', 'a 12 after 5', 'b gone after 14']);
  expect(store.list().map(({ metadata }) => metadata?.name)).toEqual(['a']);
});

it('keeps neither managed fields nor commands, and makes times dates', async () => {
  const { store } = start();
  const object = {
    metadata: {
      ...(wire('a', 5) as { metadata: object }).metadata,
      managedFields: [{ manager: 'kubelet' }],
      creationTimestamp: '2026-01-02T03:04:05Z',
    },
    spec: { containers: [{ name: 'program', command: ['long'], args: ['long'] }] },
  };
  listed = listOf(10, object);
  await until(() => store.synced);
  expect(store.get('a')?.metadata?.managedFields).toBeUndefined();
  expect(store.get('a')?.metadata?.creationTimestamp).toEqual(new Date('2026-01-02T03:04:05Z'));
  expect(store.get('a')?.spec?.containers).toEqual([{ name: 'program' }]);
});

it('reads a list page by page', async () => {
  server.respond = (asked, response) => {
    if (asked.query.has('watch')) return answer(asked, response);
    const isFirst = !asked.query.has('continue');
    const metadata = isFirst ? { resourceVersion: '10', continue: 'more' } : { resourceVersion: '10' };
    json(response, 200, { metadata, items: [isFirst ? wire('a', 1) : wire('b', 2)] });
  };
  const { store } = start();
  await until(() => watches.length === 1);
  expect(store.list().map(({ metadata }) => metadata?.name)).toEqual(['a', 'b']);
  expect(server.asked.map(({ query }) => query.get('limit')).slice(0, 2)).toEqual(['500', '500']);
});

it.each([
  ['ends cleanly', (response: ServerResponse) => void response.end()],
  ['is cut within a line', (response: ServerResponse) => cut(response)],
])('watches on from the last event when a watch %s', async (_how, end) => {
  const { problem } = start();
  await until(() => watches.length === 1);
  lastWatch()?.write(
    event('BOOKMARK', { metadata: { resourceVersion: '17' } }) + event('MODIFIED', wire('a', 18)),
  );
  await until(() => told.includes('a 18 after 5'));
  end(watches[0]?.response as ServerResponse);
  await until(() => watches.length === 2);
  expect(versions()).toEqual(['10', '18']);
  expect(problem).toBeNull();
  expect(server.asked).toHaveLength(3);
});

function cut(response: ServerResponse): void {
  response.write('{"type":"MODIFIED","object":{"metadata":{"na', () => response.socket?.resetAndDestroy());
}

it('watches on when a watch says nothing, not even that nothing changed', async () => {
  const { store } = start(undefined, 300);
  await until(() => watches.length === 2);
  expect(versions()).toEqual(['10', '10']);
  lastWatch()?.write(event('ADDED', wire('b', 11)));
  await until(() => store.get('b') !== undefined);
  expect(informer?.problem).toBeNull();
});

it.each([
  ['an event', () => lastWatch()?.write(event('ERROR', { code: 410, reason: 'Expired' }))],
  ['no event at all', () => lastWatch()?.write('<html>\n')],
])('lists anew after %s that says it is too late, and tells the differences', async (_how, say) => {
  const { store } = start();
  await until(() => watches.length === 1);
  listed = listOf(30, wire('c', 29));
  say();
  await until(() => watches.length === 2);
  expect(versions()).toEqual(['10', '30']);
  expect(told).toEqual(['a 5 after undefined', 'a gone after 5', 'c 29 after undefined']);
  expect(store.list()).toHaveLength(1);
});

it('lists anew when the watch is refused with 410', async () => {
  let isRefused = false;
  server.respond = (asked, response) => {
    if (!asked.query.has('watch') || isRefused) return answer(asked, response);
    isRefused = true;
    json(response, 410, { reason: 'Expired' });
  };
  start();
  await until(() => watches.length === 1);
  expect(server.asked.map(({ query }) => query.has('watch'))).toEqual([false, true, false, true]);
});

it('reports an object of the same name that is another one as gone and come', async () => {
  start();
  await until(() => watches.length === 1);
  lastWatch()?.write(event('MODIFIED', { metadata: { name: 'a', uid: 'other', resourceVersion: '11' } }));
  await until(() => told.length === 3);
  expect(told.slice(1)).toEqual(['a gone after 5', 'a 11 after undefined']);
});

it('finds out by a list what a watch did not bring', async () => {
  const { store } = start(50);
  await until(() => watches.length === 1);
  listed = listOf(20, wire('b', 19));
  await until(() => told.includes('b 19 after undefined'));
  expect(store.get('a')).toBeUndefined();
  expect(logger.said.join()).toContain('the watch missed a change');
  expect(server.asked.some(({ accept }) => accept?.includes('PartialObjectMetadataList'))).toBe(true);
});

it('does not list anew for what the watch brings a little later', async () => {
  start(50);
  await until(() => watches.length === 1);
  listed = listOf(20, wire('a', 19));
  const compared = server.asked.length;
  await until(() => server.asked.length > compared);
  lastWatch()?.write(event('MODIFIED', wire('a', 19)));
  const seen = server.asked.length;
  await until(() => server.asked.length > seen + 2);
  expect(watches).toHaveLength(1);
  expect(told).toEqual(['a 5 after undefined', 'a 19 after 5']);
});

it('says what is wrong while the server is away, and heals when it is back', async () => {
  const { port } = server;
  const running = start();
  await until(() => watches.length === 1);
  await server[Symbol.asyncDispose]();
  await vi.waitFor(() => expect(running.problem?.failure).toBe('unreachable'), { timeout: 10_000 });
  listed = listOf(40, wire('a', 5), wire('d', 33));
  server = await FakeApi.open(answer, port);
  await until(() => told.includes('d 33 after undefined'));
  await until(() => watches.length === 2);
  expect(running.problem).toBeNull();
  expect(told).toEqual(['a 5 after undefined', 'd 33 after undefined']);
});

it('says that a permission is missing, and heals when it is given', async () => {
  const before = server.respond;
  server.respond = (_asked, response) => json(response, 403, { reason: 'Forbidden' });
  const running = start();
  await running.tried;
  expect(running.problem?.message).toContain('lacks a permission in namespace n: list pods');
  expect(running.store.synced).toBe(false);
  server.respond = before;
  await until(() => running.store.synced);
  expect(running.problem).toBeNull();
});

it('does not let a listener that throws keep the others from hearing', async () => {
  const running = start();
  running.store.onChange(() => {
    throw new Error('mine');
  });
  let heard = 0;
  const release = running.store.onChange(() => {
    heard += 1;
  });
  await until(() => watches.length === 1);
  expect(heard).toBe(1);
  expect(logger.said.join()).toContain('a listener failed');
  release[Symbol.dispose]();
  lastWatch()?.write(event('ADDED', wire('b', 11)));
  await until(() => told.length === 2);
  expect(heard).toBe(1);
});
