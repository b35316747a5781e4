import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { ANONYMOUS_BYTES } from '../../../src/bounds.ts';
import { TIMEOUTS } from '../../../src/server/http/listener.ts';
import { Service } from '../support/service.ts';
import { RawClient } from '../support/socket.ts';
import { until } from '../support/until.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

const KEYS = { config: { apiKeys: [{ name: 'ann', key: 'the-secret-key' }] } };
const INIT = { type: 'connection_init', payload: { authorization: 'Bearer the-secret-key' } };

const gauge = async (name: string): Promise<number> =>
  Number(new RegExp(`^${name} (.*)$`, 'm').exec(await service.metrics.expose())?.[1]);
const open = (count: number): Promise<number> =>
  until(
    () => gauge('podline_websockets'),
    (now) => now === count,
  );

describe('before connection_init is accepted', () => {
  const large = 'x'.repeat(ANONYMOUS_BYTES);
  test.each<[string, readonly unknown[]]>([
    ['a large connection_init', [{ type: 'connection_init', payload: { a: large } }]],
    ['a large ping', [{ type: 'ping', payload: { a: large } }]],
    ['many pings', Array.from({ length: 100 }, () => ({ type: 'ping', payload: { a: 'x'.repeat(100) } }))],
    ['no JSON', [large]],
  ])('%s: closed with 1009', async (_what, messages) => {
    service = await Service.open(KEYS);
    const client = new RawClient(service.webSocketUrl);
    await client.opened;
    for (const message of messages) client.say(message);
    expect((await client.closed).code).toBe(1009);
    await open(0);
  });

  test('a frame that never ends is cut', async () => {
    service = await Service.open(KEYS);
    const client = new RawClient(service.webSocketUrl);
    await client.opened;
    client.socket.on('error', () => {});
    // The beginning of a message in fragments, of which each is whole and none is the last.
    const more = setInterval(() => client.socket.send('x'.repeat(1000), { fin: false }), 1);
    await client.closed;
    clearInterval(more);
    await open(0);
  });

  test('a wrong key is answered with 4403 and nothing else', async () => {
    service = await Service.open(KEYS);
    const client = new RawClient(service.webSocketUrl);
    await client.opened;
    client.say({ type: 'connection_init', payload: { authorization: 'Bearer wrong' } });
    expect((await client.closed).code).toBe(4403);
    expect(client.messages).toEqual([]);
  });

  test('afterwards a message may be large', async () => {
    service = await Service.open(KEYS);
    const client = new RawClient(service.webSocketUrl);
    await client.init(INIT.payload);
    const query = 'mutation ($input: ExecuteInput!) { execute(input: $input) { __typename } }';
    client.subscribe('1', query, { input: { code: '1', stdin: 'x'.repeat(4_000_000) } });
    expect((await client.operation('1'))[0]?.payload).toEqual({
      data: { execute: { __typename: 'ExecuteSuccess' } },
    });
    await client.close();
  });
});

describe('sockets of nobody', () => {
  test('have a bound of their own, which those of callers do not count for', async () => {
    service = await Service.open({ ...KEYS, bounds: { maxUnacknowledged: 2 } });
    const callers = [];
    for (let index = 0; index < 3; index++)
      callers.push(await new RawClient(service.webSocketUrl).init(INIT.payload));
    const silent = [new RawClient(service.webSocketUrl), new RawClient(service.webSocketUrl)];
    await Promise.all(silent.map(({ opened }) => opened));
    const refused = new RawClient(service.webSocketUrl);
    await expect(refused.opened).rejects.toThrow('503');
    // Once the oldest had its second it makes room.
    await until(
      async () => {
        const next = new RawClient(service.webSocketUrl);
        return next.init(INIT.payload).then(
          () => next.close().then(() => true),
          () => false,
        );
      },
      (isIn) => isIn,
    );
    expect((await silent[0]?.closed)?.code).toBe(1006);
    await open(4);
    await Promise.all([...callers, silent[1]].map((client) => client?.close()));
  });

  test('are gone soon after they were told to go, also when they do not answer', async () => {
    service = await Service.open({ ...KEYS, bounds: { initTimeoutMs: 20 } });
    const client = new RawClient(service.webSocketUrl);
    await client.opened;
    client.socket.pause();
    await open(0);
    client.socket.resume();
    await client.closed;
  });
});

test('a message that never gets to its end is cut, also when its client answers pings', async () => {
  service = await Service.open({
    bounds: { keepAliveMs: 24, timeouts: { ...TIMEOUTS, headersMs: 50, requestMs: 50 } },
  });
  const client = await new RawClient(service.webSocketUrl).init();
  client.socket.send('{', { fin: false });
  expect((await client.closed).code).toBe(1006);
});

test('messages that are not whole count against one budget; beyond it a socket is closed', async () => {
  service = await Service.open({ bounds: { received: { max: 1_000_000, maxPerHolder: 1_000_000 } } });
  const clients = [];
  for (let index = 0; index < 2; index++) clients.push(await new RawClient(service.webSocketUrl).init());
  const [holds, another] = clients;
  const query = `{ health { status } } # ${'x'.repeat(600_000)}`;
  const [half] = [query.slice(0, 600_000)];
  await new Promise((resolve) => holds?.socket.send(half ?? '', { fin: false }, resolve));
  // A ping is answered once all before it was read.
  holds?.socket.ping();
  if (holds) await once(holds.socket, 'pong');
  another?.socket.on('error', () => {});
  another?.subscribe('1', query);
  await another?.closed;
  await holds?.close();
  const later = await new RawClient(service.webSocketUrl).init();
  later.subscribe('1', '{ health { status } }', { unused: 'x'.repeat(600_000) });
  expect((await later.operation('1'))[0]?.payload).toMatchObject({ data: { health: {} } });
  await later.close();
});
