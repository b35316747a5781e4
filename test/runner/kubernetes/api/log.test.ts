import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLog } from '../../../../src/runner/kubernetes/api/operations.ts';
import { type Client, openClient } from './support/client.ts';
import { FakeApi, json } from './support/fake-api.ts';

let server: FakeApi;
let client: Client;
const signal = new AbortController().signal;
beforeEach(async () => {
  server = await FakeApi.open();
  client = openClient({ server: server.url });
});
afterEach(async () => {
  await client[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

it('gives the lines of the one container', async () => {
  server.respond = (_asked, response) => void response.end(`a\n${'x'.repeat(70_000)}\nb`);
  const all = await Array.fromAsync(readLog(client.api, 'n', 'p', { signal }));
  expect(all.map((line) => line.length)).toEqual([1, 65_536, 1]);
  expect(server.asked[0]?.path).toBe('/api/v1/namespaces/n/pods/p/log');
  expect(Object.fromEntries(server.asked[0]?.query ?? [])).toEqual({ container: 'program' });
});

it('rejects when the pod is not there', async () => {
  server.respond = (_asked, response) =>
    json(response, 404, { reason: 'NotFound', details: { kind: 'pods' } });
  await expect(Array.fromAsync(readLog(client.api, 'n', 'p', { signal }))).rejects.toMatchObject({
    failure: 'missing',
    operation: { verb: 'get', resource: 'pods/log', namespace: 'n' },
  });
});

it('rejects when it is cut, or silent for too long', async () => {
  server.respond = (_asked, response) => {
    response.write('a\n', () => response.socket?.resetAndDestroy());
  };
  await expect(Array.fromAsync(readLog(client.api, 'n', 'p', { signal }))).rejects.toMatchObject({
    failure: 'unreachable',
  });
  server.respond = (_asked, response) => void response.write('a\n');
  const silent = readLog(client.api, 'n', 'p', { signal, silenceMs: 50, follow: true });
  await expect(Array.fromAsync(silent)).rejects.toMatchObject({ reason: 'UND_ERR_BODY_TIMEOUT' });
});

it('ends with the reason it is aborted with, also while nothing comes', async () => {
  server.respond = (_asked, response) => void response.write('a\n');
  const controller = new AbortController();
  const log = readLog(client.api, 'n', 'p', { signal: controller.signal, follow: true });
  const lines: string[] = [];
  const read = (async () => {
    for await (const line of log) {
      lines.push(line);
      setImmediate(() => controller.abort(new Error('enough')));
    }
  })();
  await expect(read).rejects.toThrow('enough');
  expect(lines).toEqual(['a']);
});

it('closes the connection when it is left while nothing comes', async () => {
  const gone = Promise.withResolvers<void>();
  server.respond = (_asked, response) => {
    response.on('close', gone.resolve);
    response.write('a\n');
  };
  const log = readLog(client.api, 'n', 'p', { signal, follow: true })[Symbol.asyncIterator]();
  expect(await log.next()).toEqual({ done: false, value: 'a' });
  const pending = log.next().catch(() => 'left');
  await log.return?.();
  await gone.promise;
  expect(await pending).toBe('left');
});

it('ends when the connection to the cluster is closed', async () => {
  server.respond = (_asked, response) => {
    response.write('a\n');
    client.api[Symbol.dispose]();
  };
  await expect(
    Array.fromAsync(readLog(client.api, 'n', 'p', { signal, follow: true })),
  ).rejects.toMatchObject({
    failure: 'closed',
  });
});
