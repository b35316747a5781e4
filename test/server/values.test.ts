import { afterEach, describe, expect, test } from 'vitest';
import { DOCUMENT_LENGTH, DOCUMENT_LINES, JSON_VALUES } from '../../src/bounds.ts';
import { base64, Service } from './support/service.ts';
import { RawClient } from './support/socket.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

const MANY = JSON_VALUES + 1;
const EXECUTE = 'mutation ($i: ExecuteInput!) { execute(input: $i) { __typename } }';
const many = <T>(of: (index: number) => T): T[] => Array.from({ length: MANY }, (_, index) => of(index));
const keys = (): Record<string, unknown> => Object.fromEntries(many((index) => [`k${index}`, null]));

const nested = (): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < 100; level++) value = [value];
  return value;
};

/** Variables that are refused for how many values they hold. */
const VARIABLES: [string, () => Record<string, unknown>][] = [
  ['an input of unknown fields', () => ({ i: keys() })],
  ['unknown fields beside a program', () => ({ i: { code: '1', ...keys() } })],
  ['a list in a variable that nobody asks for', () => ({ a: many(() => ({})), i: { code: '1' } })],
  ['lists in lists', () => ({ a: nested(), i: { code: '1' } })],
  ['args', () => ({ i: { code: '1', args: many(() => '') } })],
  ['env', () => ({ i: { code: '1', env: many((index) => ({ name: `A${index}`, value: '' })) } })],
  ['labels', () => ({ i: { code: '1', labels: many((index) => ({ name: `l${index}`, value: '' })) } })],
  ['files', () => ({ i: { code: '1', files: many((index) => ({ path: `f${index}`, content: '' })) } })],
];

describe('more values than a submission can have are refused before they are parsed', () => {
  test.each(VARIABLES)('GraphQL over HTTP: %s', async (_what, variables) => {
    service = await Service.open();
    const answer = await service.graphql(EXECUTE, variables());
    expect([answer.status, answer.errors[0]?.extensions?.code]).toEqual([413, 'TOO_LARGE']);
    expect(answer.errors[0]?.message).toMatch(/Expected JSON of at most \d+ (values|levels), got more/);
    expect(service.runner.runs).toHaveLength(0);
  });

  test.each(VARIABLES)('GraphQL over WebSocket: %s', async (_what, variables) => {
    service = await Service.open();
    const client = await new RawClient(service.webSocketUrl).init();
    client.subscribe('1', EXECUTE, variables());
    expect(await client.closed).toEqual({
      code: 1009,
      reason: expect.stringMatching(/at most \d+ (values|levels), got more/),
    });
    expect(service.runner.runs).toHaveLength(0);
  });

  test.each<[string, () => unknown]>([
    ['unknown fields', () => ({ code: base64('1'), language: 'python', ...keys() })],
    ['args', () => ({ code: base64('1'), language: 'python', args: many(() => '') })],
    ['a list', () => many(() => null)],
  ])('POST /execute: %s', async (_what, body) => {
    service = await Service.open();
    const answer = await service.post('/execute', body());
    expect([answer.status, await answer.json()]).toEqual([
      413,
      { error: expect.stringMatching(/at most \d+ values, got more/) },
    ]);
    expect(service.runner.runs).toHaveLength(0);
  });

  test('a body that breaks behind them never gets to a parser', async () => {
    service = await Service.open();
    const answer = await service.post('/graphql', `{"a":[${'1,'.repeat(MANY)}`);
    expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining('values')]);
  });

  test('variables of a GET too', async () => {
    service = await Service.open();
    const query = new URLSearchParams({ query: 'subscription { x }', variables: JSON.stringify(nested()) });
    const answer = await service.get(`/graphql?${query}`, { accept: 'text/event-stream' });
    expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining('levels')]);
  });
});

test('of unknown fields the first few are named, at whatever length of the input', async () => {
  service = await Service.open();
  const unknown = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`wrong${index}`, 1]));
  const answer = await service.graphql(EXECUTE, { i: { code: 'x'.repeat(100_000), ...unknown } });
  const text = JSON.stringify(answer.errors);
  expect(text).toContain('Field \\"wrong0\\" is not defined');
  expect(text.match(/is not defined/g)?.length).toBeLessThan(5);
  expect(text.length).toBeLessThan(5000);
});

describe('a document is bounded apart from the strings in it', () => {
  const long = 'x'.repeat(DOCUMENT_LENGTH + 1);
  const refused: [string, string][] = [
    ['a name', `{ ${long} }`],
    ['a comment', `{ __typename } # ${long}`],
    ['line breaks', `{ execution(id: """${'\n'.repeat(DOCUMENT_LINES + 1)}x""") { id } }`],
  ];
  test.each(refused)('%s', async (_what, query) => {
    service = await Service.open();
    const { errors } = await service.graphql(query);
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['GRAPHQL_PARSE_FAILED']);
    expect(errors[0]?.message).toMatch(/Expected .*got more/);
    const client = await new RawClient(service.webSocketUrl).init();
    client.subscribe('1', query);
    expect(JSON.stringify(await client.operation('1'))).toContain('GRAPHQL_PARSE_FAILED');
    const events = await service.post('/graphql', { query }, { accept: 'text/event-stream' });
    expect(await events.text()).toContain('GRAPHQL_PARSE_FAILED');
    await client.close();
  });

  test('a program written into it is not counted', async () => {
    service = await Service.open();
    const code = JSON.stringify(`#${'x'.repeat(900_000)}`);
    const { data } = await service.graphql(`mutation { execute(input: { code: ${code} }) { __typename } }`);
    expect(data).toEqual({ execute: { __typename: 'ExecuteSuccess' } });
  });
});

test('bodies under way count against one budget of bytes: 503 beyond it, and room again afterwards', async () => {
  const held = Promise.withResolvers<never>();
  const asked = Promise.withResolvers<void>();
  service = await Service.open({
    bounds: { received: { max: 1_000_000, maxPerHolder: 1_000_000 } },
    replace: {
      execute: () => {
        asked.resolve();
        return held.promise;
      },
    },
  });
  const body = { code: base64('1'), language: 'python', stdin: 'x'.repeat(600_000) };
  const first = service.post('/execute', body);
  await asked.promise;
  const second = await service.post('/execute', body);
  expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
  held.reject(new Error('over'));
  expect((await first).status).toBe(500);
  expect((await service.post('/execute', body)).status).toBe(500);
});
