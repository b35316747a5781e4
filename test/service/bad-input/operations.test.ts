import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { count } from '../support/executions.ts';
import { askRaw } from '../support/graphql.ts';
import { post } from '../support/post.ts';
import { openService, type TestService } from '../support/service.ts';

const CODE = 'console.log(1)';

const many = <T>(length: number, of: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => of(index));

let service: TestService;
beforeAll(async () => {
  service = await openService({ WARM: '0' });
});
afterAll(() => service[Symbol.asyncDispose]());

/** Nothing of what is refused here may be recorded. */
afterEach(async () => {
  const recorded = await count(service.url);
  expect(recorded).toBe(0);
});

describe('GraphQL: a top-level error with a code', () => {
  const id = '01890000-0000-7000-8000-000000000000';
  // Yoga's codes for what does not even become an operation.
  const PARSE = 'GRAPHQL_PARSE_FAILED';
  const VALIDATE = 'GRAPHQL_VALIDATION_FAILED';
  const nested = (levels: number): string => `${'a { '.repeat(levels)} a ${'}'.repeat(levels)}`;

  test.each<[string, string, Record<string, unknown>, string, RegExp]>([
    ['no GraphQL', '{ broken', {}, PARSE, /Syntax Error/],
    ['an unknown field', '{ nothing }', {}, VALIDATE, /nothing/],
    ['a wrong type', '{ execution(id: [1]) { id } }', {}, VALIDATE, /ID/],
    [
      'a variable of a wrong type',
      'query($id: ID!) { execution(id: $id) { id } }',
      { id: { a: 1 } },
      'BAD_USER_INPUT',
      /\$id/,
    ],
    ['a variable missing', 'query($id: ID!) { execution(id: $id) { id } }', {}, 'BAD_USER_INPUT', /\$id/],
    [
      'an enum value that is none',
      '{ executions(filter: { statuses: [LOST] }) { edges { cursor } } }',
      {},
      VALIDATE,
      /LOST/,
    ],
    [
      'a time that is none',
      '{ executions(filter: { createdAfter: "yesterday" }) { edges { cursor } } }',
      {},
      'BAD_USER_INPUT',
      /expected.*got|yesterday/i,
    ],
    ['a malformed id', '{ execution(id: "one") { id } }', {}, 'BAD_USER_INPUT', /Expected.*UUID.*got "one"/],
    [
      'an id in upper case',
      `{ execution(id: "${id.replace('8000', '8AAA')}") { id } }`,
      {},
      'BAD_USER_INPUT',
      /lower case, got/,
    ],
    [
      'a malformed cursor',
      '{ executions(after: "one") { edges { cursor } } }',
      {},
      'BAD_USER_INPUT',
      /Expected.*cursor.*got "one"/,
    ],
    ['first 0', '{ executions(first: 0) { edges { cursor } } }', {}, 'BAD_USER_INPUT', /1 to 100, got 0/],
    [
      'first 101',
      '{ executions(first: 101) { edges { cursor } } }',
      {},
      'BAD_USER_INPUT',
      /1 to 100, got 101/,
    ],
    [
      'first beyond an Int',
      '{ executions(first: 9999999999) { edges { cursor } } }',
      {},
      VALIDATE,
      /9999999999/,
    ],
    ['too deep', `{ ${nested(20)} }`, {}, 'BAD_USER_INPUT', /up to 12 levels deep, got 21/],
    [
      'too deep for the schema that there is',
      `{ __type(name: "Query") { ${'fields { type { '.repeat(10)} name ${'} }'.repeat(10)} } }`,
      {},
      'BAD_USER_INPUT',
      /Expected.*got/,
    ],
    [
      'too costly',
      '{ executions(first: 100) { edges { node { output code } } } }',
      {},
      'BAD_USER_INPUT',
      /costs up to \d+.*got \d+/,
    ],
    [
      'too many aliases',
      `{ ${many(40, (index) => `a${index}: __typename`).join(' ')} }`,
      {},
      'BAD_USER_INPUT',
      /up to 30 aliases, got 40/,
    ],
    ['too many tokens', `{ ${'health { status } '.repeat(1000)} }`, {}, PARSE, /2000|tokens/],
    [
      'a subscription for a single answer',
      `subscription { execution(id: "${id}") { id } }`,
      {},
      'NOT_ACCEPTABLE',
      /Expected.*got/,
    ],
  ])('%s', async (_what, query, variables, code, message) => {
    const { data, errors } = await askRaw<Record<string, unknown>>(service.url, query, variables);
    expect(Object.values(data ?? {})).toEqual(data === null ? [] : [null]);
    expect(errors.map((error) => error.extensions?.code)).toContain(code);
    expect(errors.map((error) => error.message).join('\n')).toMatch(message);
  });

  test('an unknown operation name', async () => {
    const accept = 'application/graphql-response+json';
    const response = await post(
      `${service.url}/graphql`,
      { query: 'query A { __typename }', operationName: 'B' },
      { accept },
    );
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(
      /Expected `operationName` to name an operation of the document, got \\"B\\"/,
    );
  });

  test('a wrong type in an input, which no resolver ever sees', async () => {
    for (const input of [
      { code: 1 },
      { code: CODE, args: 1 },
      { code: CODE, limits: { timeoutMs: 1.5 } },
      {},
      null,
    ]) {
      const query = 'mutation($input: ExecuteInput!) { execute(input: $input) { __typename } }';
      const { data, errors } = await askRaw(service.url, query, { input });
      expect(data).toBeNull();
      expect(errors[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    }
  });
});

describe('POST /graphql: a body that is no operation', () => {
  test.each<[string, unknown, number]>([
    ['a batch', [{ query: '{ __typename }' }], 400],
    ['no query', { variables: {} }, 400],
    ['a query that is no text', { query: 1 }, 400],
    ['variables that are no object', { query: '{ __typename }', variables: [1] }, 400],
    ['no JSON', 'query', 400],
  ])('%s', async (_what, body, status) => {
    const response = await post(`${service.url}/graphql`, body);
    const { errors }: { errors: { message: string }[] } = await response.json();
    expect(response.status).toBe(status);
    expect(errors[0]?.message).toMatch(/Expected.*got/);
  });
});
