import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { RESPONSE_BYTES } from '../../src/bounds.ts';
import { EventReader } from './support/events.ts';
import { Service } from './support/service.ts';
import { until } from './support/until.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

const EXECUTE = `mutation ($code: String!) { execute(input: { code: $code }) { ... on ExecuteSuccess { execution { id } } ... on UserError { code } } }`;
const OUTPUT = 'subscription ($id: ID!) { output(id: $id) { chunks { text } ended } }';
const UNKNOWN = '01890000-0000-7000-8000-000000000000';
const JSON_TYPE = { 'content-type': 'application/json' };

describe('POST', () => {
  test('executes, and errors as values are data', async () => {
    service = await Service.open();
    const { data } = await service.graphql(EXECUTE, { code: 'print()' });
    expect(data).toMatchObject({ execute: { execution: { id: expect.any(String) } } });
    expect(await service.graphql(EXECUTE, { code: '' })).toMatchObject({
      data: { execute: { code: 'INVALID_INPUT' } },
      errors: [],
    });
  });

  test.each([
    ['no query', {}],
    ['a batch', [{ query: '{ health { status } }' }]],
    ['a query of another type', { query: 1 }],
    ['variables of another type', { query: '{ health { status } }', variables: [] }],
    ['an operation name of another type', { query: '{ health { status } }', operationName: 1 }],
    ['a parameter nobody knows', { query: '{ health { status } }', doc: 'x' }],
    ['an unknown operation name', { query: 'query A { health { status } }', operationName: 'B' }],
    [
      'several operations and no name',
      { query: 'query A { health { status } } query B { health { status } }' },
    ],
    ['a string', '"x"'],
  ])('400 BAD_USER_INPUT for %s', async (_what, body) => {
    service = await Service.open();
    const answer = await service.post('/graphql', body, { accept: 'application/graphql-response+json' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) })],
    });
  });

  test.each([
    ['a syntax error', '{ health {', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ nope }', 'GRAPHQL_VALIDATION_FAILED'],
    ['too many tokens', `{ ${'health { status } '.repeat(600)} }`, 'GRAPHQL_PARSE_FAILED'],
    ['a missing variable', 'query ($id: ID!) { execution(id: $id) { id } }', 'BAD_USER_INPUT'],
  ])('%s is an error with a code: 400, or 200 for clients of old', async (_what, query, code) => {
    service = await Service.open();
    for (const [accept, status] of [
      ['application/graphql-response+json', 400],
      ['application/json', 200],
    ] as const) {
      const answer = await service.graphql(query, {}, { accept });
      expect(answer.errors[0]?.extensions?.code).toBe(code);
      expect(answer.status).toBe(status);
      expect(Object.keys(answer.errors[0]?.extensions ?? {})).not.toContain('http');
    }
  });

  test('only JSON: no form, no multipart, no plain text', async () => {
    service = await Service.open();
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'application/graphql',
    ]) {
      const answer = await service.post('/graphql', 'query={health{status}}', { 'content-type': type });
      expect(answer.status).toBe(415);
      expect(await answer.json()).toMatchObject({
        errors: [{ extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } }],
      });
    }
    const none = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      body: new Uint8Array([0x7b, 0x7d]),
    });
    expect(none.status).toBe(415);
  });

  test('a defect is masked with the request id and logged once, with what it was', async () => {
    service = await Service.open({ replace: { get: () => Promise.reject(new Error('password=hunter2')) } });
    const answer = await service.graphql(
      `{ execution(id: "${UNKNOWN}") { id } }`,
      {},
      { 'x-request-id': 'find-me' },
    );
    expect(answer.errors).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('find-me'),
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
        path: ['execution'],
      }),
    ]);
    const errors = service.log.filter(({ level }) => level === 'error');
    expect(errors).toEqual([
      expect.objectContaining({
        requestId: 'find-me',
        err: expect.objectContaining({ message: 'password=hunter2' }),
      }),
    ]);
  });

  test('an answer over the limit is refused instead of sent', async () => {
    service = await Service.open({
      replace: { output: { text: () => Promise.resolve('\u0000'.repeat(RESPONSE_BYTES / 4)) } },
    });
    const { id } = await service.start();
    const answer = await service.graphql(`{ execution(id: "${id}") { output } }`);
    expect(answer).toMatchObject({ status: 413, errors: [{ extensions: { code: 'RESPONSE_TOO_LARGE' } }] });
  });

  test('an input that is wrong in many ways is not sent back for each of them', async () => {
    service = await Service.open();
    const query = 'mutation ($input: ExecuteInput!) { execute(input: $input) { __typename } }';
    const wrong = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`wrong${index}`, 1]));
    const input = { code: '1', stdin: 'x'.repeat(1_000_000), ...wrong };
    const answer = await service.graphql(query, { input });
    expect(answer.errors[0]).toMatchObject({
      message: expect.stringContaining('got invalid value'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(JSON.stringify(answer.errors).length).toBeLessThan(5000);
    const body = { code: '', language: 'python', stdin: [input] };
    expect((await (await service.post('/execute', body)).text()).length).toBeLessThan(5000);
  });

  test('a subscription without a stream to answer by is not begun', async () => {
    service = await Service.open();
    const { id } = await service.start();
    for (const accept of ['application/json', 'multipart/mixed', '*/*']) {
      const answer = await service.post('/graphql', { query: OUTPUT, variables: { id } }, { accept });
      expect(await answer.text()).toContain('NOT_ACCEPTABLE');
    }
    expect(await service.metrics.expose()).toMatch(/^podline_viewers 0$/m);
    const none = await service.post('/graphql', { query: '{ health { status } }' }, { accept: 'image/png' });
    expect(none.status).toBe(406);
  });

  test('programs and keys never reach the log', async () => {
    service = await Service.open();
    await service.graphql(EXECUTE, { code: 'print("the-program")' }, { authorization: 'Bearer the-key' });
    await service.graphql(`{ nope(code: "the-program") }`, {}, { authorization: 'Bearer the-key' });
    const log = await until(
      () => JSON.stringify(service.log),
      (text) => text.split('"graphql"').length === 3,
    );
    expect(log).not.toMatch(/the-program|the-key/);
  });
});

describe('SSE', () => {
  test('a subscription is next, next, next, complete', async () => {
    service = await Service.open();
    const { id, run } = await service.start();
    const answer = await service.post(
      '/graphql',
      { query: OUTPUT, variables: { id } },
      { accept: 'text/event-stream' },
    );
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const reader = new EventReader(answer);
    const event = (chunks: readonly { text: string }[]) => ({
      event: 'next',
      id: null,
      data: JSON.stringify({ data: { output: { chunks, ended: false } } }),
    });
    expect(await reader.next()).toEqual(event([]));
    await run.print('hello\n');
    expect(await reader.next()).toEqual(event([{ text: 'hello\n' }]));
    run.end();
    const rest = await reader.rest();
    expect(rest.at(-2)?.data).toContain('"ended":true');
    expect(rest.at(-1)).toMatchObject({ event: 'complete', data: '' });
  });

  test('a GET is answered for subscriptions only', async () => {
    service = await Service.open();
    const { id, run } = await service.start();
    const sse = { accept: 'text/event-stream' };
    const path = (query: string): string =>
      `/graphql?${new URLSearchParams({ query, variables: JSON.stringify({ id }) })}`;
    run.end();
    expect((await new EventReader(await service.get(path(OUTPUT), sse)).rest()).at(-1)?.event).toBe(
      'complete',
    );
    const mutation = 'mutation { execute(input: { code: "1" }) { __typename } }';
    for (const query of ['{ health { status } }', mutation]) {
      expect((await service.get(path(query), sse)).status).toBe(405);
      expect((await service.get(path(query), { accept: 'application/json' })).status).toBe(405);
    }
    expect((await service.get('/graphql?query={health{status}}&variables={', sse)).status).toBe(400);
    expect(await service.executions.list('anonymous', { first: 10 })).toHaveLength(1);
  });

  test('what cannot be followed is told in the stream', async () => {
    service = await Service.open();
    const read = async (query: string, variables = {}): Promise<unknown> => {
      const answer = await service.post('/graphql', { query, variables }, { accept: 'text/event-stream' });
      const events = await new EventReader(answer).rest();
      expect(events.map(({ event }) => event)).toEqual(['next', 'complete']);
      return JSON.parse(events[0]?.data ?? '');
    };
    expect(await read(OUTPUT, { id: UNKNOWN })).toMatchObject({
      errors: [{ extensions: { code: 'NOT_FOUND' } }],
    });
    expect(await read('subscription { nope }')).toMatchObject({
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    expect(await read('{ health { status } }')).toEqual({ data: { health: { status: 'HEALTHY' } } });
  });

  test('a query that may be answered either way gets one answer', async () => {
    service = await Service.open();
    const accept = 'application/graphql-response+json, application/json, text/event-stream, multipart/mixed';
    const answer = await service.post(
      '/graphql',
      { query: '{ health { status } }' },
      { ...JSON_TYPE, accept },
    );
    expect(answer.headers.get('content-type')).toContain('json');
    expect(await answer.json()).toEqual({ data: { health: { status: 'HEALTHY' } } });
  });

  test("a client that vanishes has its iterator's return called while nothing is printed", async () => {
    const returned = Promise.withResolvers<void>();
    const waiting = Promise.withResolvers<IteratorResult<never>>();
    service = await Service.open({
      replace: {
        followOutput: () =>
          Promise.resolve({
            next: () => waiting.promise,
            return: () => {
              waiting.resolve({ done: true, value: undefined });
              returned.resolve();
              return Promise.resolve({ done: true, value: undefined });
            },
            [Symbol.asyncIterator]() {
              return this;
            },
          }),
      },
    });
    const leave = new AbortController();
    const answer = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { ...JSON_TYPE, accept: 'text/event-stream' },
      body: JSON.stringify({ query: OUTPUT, variables: { id: UNKNOWN } }),
      signal: leave.signal,
    });
    await turn();
    leave.abort();
    await answer.body?.cancel().catch(() => {});
    await returned.promise;
  });
});
