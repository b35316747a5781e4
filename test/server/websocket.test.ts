import { afterEach, describe, expect, test } from 'vitest';
import { MESSAGE_BYTES, SUBSCRIPTIONS_PER_SOCKET } from '../../src/bounds.ts';
import { Service } from './support/service.ts';
import { RawClient } from './support/socket.ts';
import { until } from './support/until.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

const OUTPUT =
  'subscription ($id: ID!, $after: Int) { output(id: $id, after: $after) { chunks { seq text } ended } }';
const UNKNOWN = '01890000-0000-7000-8000-000000000000';

const gauge = async (name: string): Promise<number> =>
  Number(new RegExp(`^${name} (.*)$`, 'm').exec(await service.metrics.expose())?.[1]);
const viewers = (count: number): Promise<number> =>
  until(
    () => gauge('podline_viewers'),
    (now) => now === count,
  );

describe('operations', () => {
  test('a subscription sees what was printed, what is printed, and the end', async () => {
    service = await Service.open();
    const { id, run } = await service.start();
    await run.print('one\n');
    const client = await new RawClient(service.webSocketUrl).init();
    client.subscribe('a', OUTPUT, { id });
    await client.message(({ type }) => type === 'next');
    await run.print('two\n');
    run.end();
    const messages = await client.operation('a');
    expect(messages.at(-1)).toEqual({ id: 'a', type: 'complete' });
    expect(JSON.stringify(messages)).toMatch(/one\\n.*two\\n.*"ended":true/);
    await client.close();
  });

  test('queries and mutations work too, and errors are presented as over HTTP', async () => {
    service = await Service.open({ replace: { list: () => Promise.reject(new Error('password=hunter2')) } });
    const client = await new RawClient(service.webSocketUrl).init();
    client.subscribe(
      '1',
      'mutation { execute(input: { code: "1" }) { ... on ExecuteSuccess { execution { status } } } }',
    );
    expect((await client.operation('1'))[0]?.payload).toMatchObject({ data: { execute: { execution: {} } } });
    client.subscribe('2', '{ executions { edges { cursor } } }');
    const masked = JSON.stringify(await client.operation('2'));
    expect(masked).toContain('INTERNAL_SERVER_ERROR');
    expect(masked).not.toContain('hunter2');
    const [line] = service.log.filter(({ level }) => level === 'error');
    expect(masked).toContain(String(line?.['requestId']));
    client.subscribe('3', OUTPUT, { id: UNKNOWN });
    expect(JSON.stringify(await client.operation('3'))).toContain('NOT_FOUND');
    await client.close();
  });

  test.each([
    ['a syntax error', { query: '{' }, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nope }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown operation name', { query: '{ health { status } }', operationName: 'X' }, 'BAD_USER_INPUT'],
    ['a query too deep', { query: `{ ${'a {'.repeat(40)} b ${'}'.repeat(40)} }` }, 'BAD_USER_INPUT'],
  ])('%s is an error message of that operation alone', async (_what, payload, code) => {
    service = await Service.open();
    const client = await new RawClient(service.webSocketUrl).init();
    client.say({ type: 'subscribe', id: 'x', payload });
    const [message] = await client.operation('x');
    expect(message).toMatchObject({ type: 'error' });
    expect(JSON.stringify(message)).toContain(code);
    expect(JSON.stringify(message)).not.toContain('"http"');
    client.subscribe('y', '{ health { status } }');
    expect((await client.operation('y'))[0]?.type).toBe('next');
    await client.close();
  });
});

describe('breaches of the protocol', () => {
  const INIT = { type: 'connection_init' };
  test.each([
    ['no JSON', [INIT, 'hello'], 4400],
    ['an unknown type', [INIT, { type: 'nope' }], 4400],
    ['a message of the server', [INIT, { type: 'next', id: '1', payload: {} }], 4400],
    ['no query', [INIT, { type: 'subscribe', id: '1', payload: {} }], 4400],
    ['an init payload that is no object', [{ type: 'connection_init', payload: 'x' }], 4400],
    [
      'subscribing before the init',
      [{ type: 'subscribe', id: '1', payload: { query: '{ health { status } }' } }],
      4401,
    ],
    ['two inits', [INIT, INIT], 4429],
  ])('%s', async (_what, messages, code) => {
    service = await Service.open();
    const client = new RawClient(service.webSocketUrl);
    await client.opened;
    for (const message of messages) client.say(message);
    expect((await client.closed).code).toBe(code);
  });

  test('one id twice', async () => {
    service = await Service.open();
    const { id } = await service.start();
    const client = await new RawClient(service.webSocketUrl).init();
    client.subscribe('a', OUTPUT, { id });
    client.subscribe('a', OUTPUT, { id });
    expect((await client.closed).code).toBe(4409);
    await viewers(0);
  });

  test('another subprotocol, or none', async () => {
    service = await Service.open();
    const old = new RawClient(service.webSocketUrl, {}, 'graphql-ws');
    await expect(old.opened).rejects.toThrow();
  });

  test('a message too large', async () => {
    service = await Service.open();
    const client = await new RawClient(service.webSocketUrl).init();
    client.say('x'.repeat(MESSAGE_BYTES + 1));
    expect((await client.closed).code).toBe(1009);
    await until(
      () => gauge('podline_websockets'),
      (open) => open === 0,
    );
  });

  test('another path', async () => {
    service = await Service.open();
    const client = new RawClient(service.webSocketUrl.replace('/graphql', '/other'));
    await expect(client.opened).rejects.toThrow('404');
  });
});

describe('bounds', () => {
  test('a client that does not say hello is closed', async () => {
    service = await Service.open({ bounds: { initTimeoutMs: 20 } });
    const client = new RawClient(service.webSocketUrl);
    expect((await client.closed).code).toBe(4408);
  });

  test('sockets in all', async () => {
    service = await Service.open({ bounds: { maxSockets: 2 } });
    const clients = [new RawClient(service.webSocketUrl), new RawClient(service.webSocketUrl)];
    await Promise.all(clients.map((client) => client.init()));
    await expect(new RawClient(service.webSocketUrl).opened).rejects.toThrow('503');
    await clients[0]?.close();
    await until(
      () => gauge('podline_websockets'),
      (open) => open === 1,
    );
    const next = await new RawClient(service.webSocketUrl).init();
    await Promise.all([next.close(), clients[1]?.close()]);
  });

  test('operations of one socket: one too many is refused, the others go on', async () => {
    service = await Service.open();
    const { id, run } = await service.start();
    const client = await new RawClient(service.webSocketUrl).init();
    for (let index = 0; index < SUBSCRIPTIONS_PER_SOCKET; index++)
      client.subscribe(String(index), OUTPUT, { id });
    await viewers(SUBSCRIPTIONS_PER_SOCKET);
    client.subscribe('more', OUTPUT, { id });
    expect(JSON.stringify(await client.operation('more'))).toContain('TOO_MANY_SUBSCRIPTIONS');
    client.say({ type: 'complete', id: '0' });
    await viewers(SUBSCRIPTIONS_PER_SOCKET - 1);
    client.subscribe('again', OUTPUT, { id });
    await viewers(SUBSCRIPTIONS_PER_SOCKET);
    run.end();
    expect((await client.operation('again')).at(-1)?.type).toBe('complete');
    await client.close();
  });

  test('a client that never answers pings is cut', async () => {
    service = await Service.open({ bounds: { keepAliveMs: 24 } });
    const client = await new RawClient(service.webSocketUrl, { autoPong: false }).init();
    expect((await client.closed).code).toBe(1006);
    const living = await new RawClient(service.webSocketUrl).init();
    const pings = new Promise<void>((resolve) => {
      let count = 0;
      living.socket.on('ping', () => {
        count++;
        if (count === 5) resolve();
      });
    });
    await pings;
    expect(living.socket.readyState).toBe(living.socket.OPEN);
    await living.close();
  });
});

describe('viewers that leave or stop', () => {
  test('complete and a killed socket both let go of a quiet program at once', async () => {
    service = await Service.open();
    const { id } = await service.start();
    const client = await new RawClient(service.webSocketUrl).init();
    for (const name of ['a', 'b', 'c']) client.subscribe(name, OUTPUT, { id });
    await viewers(3);
    client.say({ type: 'complete', id: 'a' });
    await viewers(2);
    await client.close();
    await viewers(0);
  });

  test('one that reads nothing does not hold up the others', async () => {
    service = await Service.open();
    const { id, run } = await service.start();
    const [slow, fast] = [
      await new RawClient(service.webSocketUrl).init(),
      await new RawClient(service.webSocketUrl).init(),
    ];
    slow.subscribe('s', OUTPUT, { id });
    fast.subscribe('f', OUTPUT, { id });
    await viewers(2);
    slow.socket.pause();
    const lines = Array.from({ length: 100 }, () => `${'x'.repeat(8191)}\n`);
    for (let printed = 0; printed < 20; printed++) await run.printAll(lines);
    run.end();
    const messages = await fast.operation('f');
    expect(JSON.stringify(messages).split('"seq"').length - 1).toBe(2000);
    // The slow one still stands where its socket was full, and gets everything once it reads.
    expect(await gauge('podline_viewers')).toBe(1);
    slow.socket.resume();
    expect(JSON.stringify(await slow.operation('s')).split('"seq"').length - 1).toBe(2000);
    await Promise.all([slow.close(), fast.close()]);
  });
});
