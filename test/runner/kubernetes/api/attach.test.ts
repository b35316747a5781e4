import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { Attached, attach } from '../../../../src/runner/kubernetes/api/attach.ts';
import type { AttachedStream } from '../../../../src/runner/kubernetes/cluster.ts';
import { type Client, openClient } from './support/client.ts';
import { FakeApi, json } from './support/fake-api.ts';

let server: FakeApi;
let sockets: WebSocketServer;
let client: Client;
let controller: AbortController;
/** What the server offers to speak. */
let spoken: string;
/** Paths and tokens of the upgrades. */
let upgrades: { readonly url: string | undefined; readonly token: string | undefined }[];
let pods: WebSocket[];

beforeEach(async () => {
  spoken = 'v4.channel.k8s.io';
  upgrades = [];
  pods = [];
  controller = new AbortController();
  server = await FakeApi.open();
  sockets = new WebSocketServer({ noServer: true });
  server.server.on('upgrade', (request, socket, head) => {
    if (request.headers['sec-websocket-protocol'] !== spoken) {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    upgrades.push({ url: request.url, token: request.headers.authorization });
    sockets.handleUpgrade(request, socket, head, (pod) => {
      pods.push(pod);
      // Kubelets begin with an empty message of each channel.
      pod.send(Buffer.from([1]));
    });
  });
  client = openClient({ server: server.url }, 2000);
});
afterEach(async () => {
  await client[Symbol.asyncDispose]();
  for (const pod of pods) pod.terminate();
  await server[Symbol.asyncDispose]();
});

const text: string[] = [];
async function open(): Promise<{ stream: AttachedStream; pod: WebSocket }> {
  text.length = 0;
  const handlers = { stdout: (bytes: Buffer) => void text.push(bytes.toString()) };
  const stream = await attach(client.api, 'n', 'p', handlers, controller.signal);
  const pod = pods.at(-1);
  if (!pod) throw new Error('expected a socket, got none');
  return { stream, pod };
}

function say(channel: number, what: string): Buffer {
  return Buffer.concat([Buffer.from([channel]), Buffer.from(what)]);
}

it.each(['v4.channel.k8s.io', 'v5.channel.k8s.io'])('speaks %s', async (protocol) => {
  spoken = protocol;
  const { stream, pod } = await open();
  expect(pod.protocol).toBe(protocol);
  expect(upgrades).toEqual([
    {
      url: '/api/v1/namespaces/n/pods/p/attach?container=program&stdin=true&stdout=true&stderr=false',
      token: 'Bearer first-token',
    },
  ]);
  pod.send(say(1, 'hello'));
  pod.send(say(2, 'stderr is not asked for'));
  pod.send(say(1, ' world'));
  await vi.waitFor(() => expect(text).toEqual(['hello', ' world']));
  stream.write('one\n');
  const [message] = await once(pod, 'message');
  expect(message).toEqual(say(0, 'one\n'));
  expect(client.requests.at(-1)).toBe('create pods/attach 101');
});

it('sends big texts as several messages, in order', async () => {
  const { stream, pod } = await open();
  const parts: Buffer[] = [];
  pod.on('message', (data: Buffer) => parts.push(data));
  const big = 'é'.repeat(50_000);
  stream.write(big);
  stream.write('end');
  const got = () => Buffer.concat(parts.map((part) => part.subarray(1))).toString();
  await vi.waitFor(() => expect(got()).toBe(`${big}end`));
  expect(Math.max(...parts.map(({ length }) => length))).toBe(16 * 1024 + 1);
  expect(parts.every((part) => part[0] === 0)).toBe(true);
  expect(stream.bufferedBytes).toBe(0);
});

it('reads no more while it pauses', async () => {
  const all = 400 * 32_000;
  const pour = (pod: WebSocket) => {
    for (let index = 0; index < 400; index++) pod.send(say(1, 'x'.repeat(32_000)));
  };
  const paused = await open();
  paused.stream.pause();
  pour(paused.pod);
  // Another that does not pause shows when it would all have come.
  let came = 0;
  const handlers = {
    stdout(bytes: Buffer) {
      came += bytes.length;
    },
  };
  await attach(client.api, 'n', 'other', handlers, controller.signal);
  pods.slice(-1).forEach(pour);
  await vi.waitFor(() => expect(came).toBe(all), { timeout: 10_000 });
  expect(text.join('').length).toBeLessThan(all / 10);
  expect(paused.pod.bufferedAmount).toBeGreaterThan(0);
  paused.stream.resume();
  await vi.waitFor(() => expect(text.join('')).toHaveLength(all), { timeout: 10_000 });
});

describe('closed', () => {
  it.each([
    ['ended', (pod: WebSocket) => status(pod, 'Success')],
    ['failed', (pod: WebSocket) => status(pod, 'Failure')],
    ['cut', (pod: WebSocket) => pod.terminate()],
    ['cut', (pod: WebSocket) => pod.close()],
    ['aborted', () => controller.abort()],
    ['aborted', () => client.api[Symbol.dispose]()],
  ])('says %s', async (reason, end) => {
    const { stream, pod } = await open();
    pod.send(say(1, 'last'));
    await vi.waitFor(() => expect(text).toEqual(['last']));
    end(pod);
    expect(await stream.closed).toEqual({ reason });
    stream.write('into nothing');
    stream[Symbol.dispose]();
  });

  function status(pod: WebSocket, word: string): void {
    pod.send(say(3, JSON.stringify({ metadata: {}, status: word })));
    pod.close();
  }

  it('says closed when it is disposed, twice, and calls no handler any more', async () => {
    const { stream, pod } = await open();
    stream[Symbol.dispose]();
    stream[Symbol.dispose]();
    pod.send(say(1, 'late'));
    expect(await stream.closed).toEqual({ reason: 'closed' });
    await once(pod, 'close');
    expect(text).toEqual([]);
  });

  it('says silent when pings get no response', async () => {
    const mute = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
    await once(mute, 'listening');
    const { WebSocket: Socket } = await import('ws');
    const address = mute.address();
    const socket = new Socket(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    const stream = new Attached(socket, { stdout() {} }, () => {}, 20);
    expect(await stream.closed).toEqual({ reason: 'silent' });
    mute.close();
  });
});

describe('an attempt to attach', () => {
  it('rejects with what the server says', async () => {
    server.server.removeAllListeners('upgrade');
    server.respond = (_asked, response) =>
      json(response, 404, { reason: 'NotFound', message: 'pods "p" not found', details: { kind: 'pods' } });
    await expect(open()).rejects.toMatchObject({
      failure: 'missing',
      code: 404,
      message: 'Kubernetes cannot attach to a pod in namespace n: pods "p" not found.',
    });
    expect(client.requests).toEqual(['create pods/attach 404']);
  });

  it('rejects when a permission is missing, and sends it once', async () => {
    server.server.removeAllListeners('upgrade');
    server.respond = (_asked, response) => json(response, 403, { reason: 'Forbidden' });
    await expect(open()).rejects.toMatchObject({
      failure: 'forbidden',
      message: expect.stringContaining('create pods/attach'),
    });
    expect(client.requests).toEqual(['create pods/attach 403']);
  });

  it('rejects when a container waits to start', async () => {
    server.server.removeAllListeners('upgrade');
    const message = 'container "program" in pod "p" is waiting to start: ContainerCreating';
    server.respond = (_asked, response) => json(response, 400, { reason: 'BadRequest', message });
    await expect(open()).rejects.toMatchObject({ failure: 'conflict', code: 400 });
  });

  it('rejects when the server is not there', async () => {
    await server[Symbol.asyncDispose]();
    await expect(open()).rejects.toMatchObject({ failure: 'unreachable', reason: 'ECONNREFUSED' });
    expect(client.requests).toEqual(['create pods/attach 0']);
  });

  it('rejects when it is aborted, before and while it opens', async () => {
    server.server.removeAllListeners('upgrade');
    server.server.on('upgrade', () => controller.abort(new Error('enough')));
    await expect(open()).rejects.toThrow('enough');
    await expect(open()).rejects.toThrow('enough');
  });

  it('reads credentials again when they are refused', async () => {
    await client.credentials.current();
    client.rewrite({ server: server.url, user: { token: 'second-token' } });
    const upgrade = server.server.listeners('upgrade')[0] as (...all: unknown[]) => void;
    server.server.removeAllListeners('upgrade');
    server.server.on('upgrade', (request, socket, head) => {
      if (request.headers.authorization === 'Bearer second-token') upgrade(request, socket, head);
      else socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\n{}');
    });
    const { pod } = await open();
    expect(pod.readyState).toBe(pod.OPEN);
  });
});

it('opens a hundred at once', async () => {
  const streams = await Promise.all(Array.from({ length: 100 }, open));
  for (const { pod } of streams) pod.send(say(1, '.'));
  await vi.waitFor(() => expect(text).toHaveLength(100));
});
