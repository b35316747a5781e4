import { request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { Service, type ServiceOptions } from './support/service.ts';
import { RawClient } from './support/socket.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

const KEYS: ServiceOptions = {
  config: {
    apiKeys: [
      { name: 'ann', key: 'ann-1' },
      { name: 'ann', key: 'ann-2' },
      { name: 'bob', key: 'bob-1' },
    ],
  },
};
const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
const HEALTH = '{ health { status } }';
const VERSION = '{ health { version } }';

/** As fetch, which would not let us choose the Host. */
function statusOf(
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    request(service.url + path, { headers, method }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    })
      .on('error', reject)
      .end();
  });
}

describe('keys', () => {
  test.each([
    ['none', {}, 'got none.'],
    ['a wrong one', bearer('ann-3'), 'got one that is not a key of this server.'],
    ['a part of one', bearer('ann'), 'got one that is not a key of this server.'],
    ['another scheme', { authorization: 'Basic ann-1' }, 'got one that is not a key of this server.'],
    ['nothing but the scheme', { authorization: 'Bearer' }, 'got one that is not a key of this server.'],
  ])('401 over REST with %s, and which of them it was', async (_what, headers, got) => {
    service = await Service.open(KEYS);
    for (const path of ['/result/x', '/metrics']) {
      const answer = await service.get(path, headers);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(await answer.json()).toEqual({ error: expect.stringContaining(got) });
    }
    expect((await service.post('/execute', {}, headers)).status).toBe(401);
  });

  test('every key of a name is the same caller, and callers are apart', async () => {
    service = await Service.open(KEYS);
    const { id } = await service.start(bearer('ann-1'));
    expect((await service.get(`/result/${id}`, bearer('ann-1'))).status).toBe(200);
    expect((await service.get(`/result/${id}`, { authorization: 'bearer   ann-2' })).status).toBe(200);
    for (const path of [`/result/${id}`, `/result/${id}/stream`]) {
      expect((await service.get(path, bearer('bob-1'))).status).toBe(404);
    }
    expect((await service.get(`/cleanup/${id}`, bearer('bob-1'), { method: 'DELETE' })).status).toBe(404);
    expect((await service.executions.get('key:ann', id))?.caller).toBe('key:ann');
  });

  test('GraphQL says UNAUTHENTICATED, with 401, and tells the status to anybody', async () => {
    service = await Service.open(KEYS);
    for (const headers of [{}, bearer('wrong')]) {
      const answer = await service.graphql(VERSION, {}, headers);
      expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    expect(await service.graphql(HEALTH)).toMatchObject({
      status: 200,
      data: { health: { status: 'HEALTHY' } },
    });
    expect(await service.graphql(VERSION, {}, bearer('bob-1'))).toMatchObject({ status: 200, errors: [] });
    const stream = await service.post(
      '/graphql',
      { query: 'subscription { execution(id: "x") { id } }' },
      { accept: 'text/event-stream' },
    );
    expect(stream.status).toBe(401);
  });

  test('nobody gets a costly document checked', async () => {
    service = await Service.open(KEYS);
    const query = `{ ${'health { status } '.repeat(450)} }`;
    for (const headers of [{}, bearer('wrong')]) {
      expect(await service.graphql(query, {}, headers)).toMatchObject({
        status: 401,
        errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      });
      const path = `/graphql?query=${encodeURIComponent('subscription { nope }')}`;
      expect((await service.get(path, { ...headers, accept: 'text/event-stream' })).status).toBe(401);
    }
    expect((await service.graphql(query, {}, bearer('bob-1'))).status).toBe(200);
  });

  test('introspection is for callers then, and no name of the schema slips out', async () => {
    service = await Service.open(KEYS);
    const schema = '{ __schema { queryType { name } } }';
    expect((await service.graphql(schema)).errors).not.toEqual([]);
    expect((await service.graphql(schema, {}, bearer('ann-1'))).errors).toEqual([]);
    const typo = '{ healht { status } }';
    expect((await service.graphql(typo)).errors[0]?.message).not.toContain('health');
    expect((await service.graphql(typo, {}, bearer('ann-1'))).errors[0]?.message).toContain(
      'Did you mean "health"',
    );
  });

  test('the open routes stay open, health without its checks', async () => {
    service = await Service.open(KEYS);
    for (const path of ['/livez', '/readyz', '/health', '/'])
      expect((await service.get(path)).status).toBe(200);
    service.runner.healthy = false;
    expect(await (await service.get('/health')).json()).toEqual({ status: 'healthy' });
    expect(await (await service.get('/health', bearer('ann-1'))).json()).toHaveProperty('checks');
    expect((await service.get('/metrics', bearer('ann-1'))).status).toBe(200);
  });

  test('a WebSocket takes the key from connection_init or from the header, the first before the second', async () => {
    service = await Service.open(KEYS);
    const url = service.webSocketUrl;
    const refused = new RawClient(url);
    await refused.opened;
    refused.say({ type: 'connection_init' });
    expect(await refused.closed).toEqual({ code: 4403, reason: 'Forbidden' });
    const wrong = new RawClient(url, { headers: bearer('ann-1') });
    await wrong.opened;
    wrong.say({ type: 'connection_init', payload: { authorization: 'Bearer nope' } });
    expect((await wrong.closed).code).toBe(4403);

    const { id } = await service.start(bearer('ann-1'));
    const query = `{ execution(id: "${id}") { id } }`;
    const ann = await new RawClient(url).init({ authorization: 'Bearer ann-2' });
    ann.subscribe('1', query);
    expect((await ann.operation('1'))[0]?.payload).toEqual({ data: { execution: { id } } });
    const bob = await new RawClient(url, { headers: bearer('bob-1') }).init();
    bob.subscribe('1', query);
    expect((await bob.operation('1'))[0]?.payload).toEqual({ data: { execution: null } });
    await Promise.all([ann.close(), bob.close()]);
  });

  test('INTROSPECTION=false turns it off for everybody, GraphiQL too', async () => {
    service = await Service.open({ config: { introspection: false } });
    expect((await service.graphql('{ __schema { queryType { name } } }')).errors).not.toEqual([]);
    expect((await service.get('/graphql', { accept: 'text/html' })).status).toBe(405);
    expect((await service.get('/graphiql', { accept: 'text/html' })).status).toBe(404);
    const console = await service.get('/', { accept: 'text/html' });
    expect(await console.text()).not.toContain('graphiql');
  });
});

describe('hosts and origins', () => {
  const upgrade = async (headers: Record<string, string>): Promise<string> => {
    const client = new RawClient(service.webSocketUrl, { headers });
    try {
      await client.opened;
      return 'opened';
    } catch (error) {
      return String(error);
    } finally {
      client.socket.terminate();
    }
  };

  test.each([
    'localhost',
    'localhost:1234',
    '127.0.0.1:5000',
    '[::1]:5000',
    'LOCALHOST',
    'podline.example:99',
  ])('answers to %s', async (host) => {
    service = await Service.open({ config: { allowedHosts: ['podline.example'] } });
    expect((await statusOf('/livez', { host })).status).toBe(200);
    expect(await upgrade({ host })).toBe('opened');
  });

  test.each(['evil.example', 'localhost.evil.example', 'evil.example:5000', '10.0.0.1', 'podline.example'])(
    'refuses %s, pages of other names pointed at us',
    async (host) => {
      service = await Service.open();
      expect((await statusOf('/livez', { host })).status).toBe(403);
      expect(await upgrade({ host })).toContain('403');
    },
  );

  test('bound to every address it answers to any address, and still to no name', async () => {
    service = await Service.open({ config: { host: '0.0.0.0' } });
    expect((await statusOf('/livez', { host: '10.1.2.3:5000' })).status).toBe(200);
    expect((await statusOf('/livez', { host: 'evil.example' })).status).toBe(403);
  });

  test('an origin has to be our own or allowed', async () => {
    service = await Service.open({ config: { allowedOrigins: ['https://app.example'] } });
    for (const origin of [service.url, 'https://app.example']) {
      expect((await service.get('/livez', { origin })).status).toBe(200);
      expect(await upgrade({ origin })).toBe('opened');
    }
    for (const origin of [
      'https://evil.example',
      'null',
      service.url.replace('http', 'https'),
      'https://app.example.evil',
    ]) {
      const answer = await service.post('/graphql', { query: HEALTH }, { origin });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(await upgrade({ origin })).toContain('403');
    }
  });

  test('CORS is off by default and exact where allowed', async () => {
    service = await Service.open({ config: { allowedOrigins: ['https://app.example'] } });
    const preflight = { origin: 'https://app.example', 'access-control-request-method': 'POST' };
    const answer = await statusOf('/graphql', preflight, 'OPTIONS');
    expect(answer).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': 'https://app.example', vary: 'origin' },
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    const get = await service.get('/health', { origin: 'https://app.example' });
    expect(get.headers.get('access-control-allow-origin')).toBe('https://app.example');
    await service[Symbol.asyncDispose]();

    service = await Service.open();
    const own = await statusOf('/graphql', { ...preflight, origin: service.url }, 'OPTIONS');
    expect(own.status).toBe(405);
    expect(own.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('behind a proxy that is trusted, what the proxy saw counts; otherwise not', async () => {
    const forwarded = { 'x-forwarded-host': 'podline.example', 'x-forwarded-proto': 'https' };
    const origin = 'https://podline.example';
    service = await Service.open({ config: { trustProxy: true, allowedHosts: ['podline.example'] } });
    expect((await service.get('/livez', { ...forwarded, origin })).status).toBe(200);
    expect((await service.get('/livez', { 'x-forwarded-host': 'evil.example' })).status).toBe(403);
    await service[Symbol.asyncDispose]();
    service = await Service.open({ config: { allowedHosts: ['podline.example'] } });
    expect((await service.get('/livez', { ...forwarded, origin })).status).toBe(403);
  });
});
