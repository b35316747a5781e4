import { getIntrospectionQuery, parse, specifiedRules, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { QUERY_ALIASES, QUERY_BYTES, QUERY_DEPTH, QUERY_TOKENS } from '../../../src/bounds.ts';
import { parseOptions, validationRules } from '../../../src/schema/limits/rules.ts';
import { schema } from '../fake.ts';

/** What a server with these rules says to a document: the limit or, of graphql's own rules, the message. */
function refusals(source: string): unknown[] {
  const errors = validate(schema, parse(source, parseOptions), [...specifiedRules, ...validationRules()]);
  return errors.map(({ extensions, message }) => extensions.limit ?? message);
}

function detailsOf(source: string) {
  const [error] = validate(schema, parse(source, parseOptions), validationRules());
  return { message: error?.message ?? '', extensions: error?.extensions ?? {} };
}

/** `count` fragments on `type`, each with the text of the one before; the first is called F0. */
function chain(count: number, type: string, text: (next: string) => string, end: string): string {
  const links = Array.from(
    { length: count },
    (_, i) => `fragment F${i} on ${type} { ${text(`...F${i + 1}`)} }`,
  );
  return `${links.join(' ')} fragment F${count} on ${type} { ${end} }`;
}

const RECORD = `id status endReason message exitCode signal language args labels { name value }
  limits { timeoutMs memoryMb cpuMillis outputBytes } outputBytes outputTruncated createdAt startedAt finishedAt
  queuePosition usage { wallMs cpuMs maxMemoryMb } runner { kind job pod node warm }`;

describe('what people ask passes', () => {
  test.each([
    ['introspection as GraphiQL asks for it', getIntrospectionQuery()],
    [
      'introspection with everything',
      getIntrospectionQuery({
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      }),
    ],
    ['the longest page of records', `{ executions(first: 100) { edges { cursor node { ${RECORD} } } } }`],
    ['a page of usual length with code and output', '{ executions { edges { node { code output } } } }'],
    [
      'a page with code and output in a variable',
      '{ executions(first: 25) { edges { node { code output } } } }',
    ],
    [
      'a page size in a variable',
      `query($first: Int) { executions(first: $first) { edges { node { ${RECORD} } } } }`,
    ],
    [
      'one execution with everything',
      `{ execution(id: "x") { ${RECORD} code output out: output(stream: STDOUT) err: output(stream: STDERR)
        chunks(first: 1000) { chunks { seq stream text at } cursor hasMore } } }`,
    ],
    [
      'watching output',
      'subscription { output(id: "x") { chunks { seq stream text at } cursor ended execution { status code } } }',
    ],
    ['watching a status', `subscription { execution(id: "x") { ${RECORD} chunks { cursor } } }`],
  ])('%s', (_name, source) => {
    expect(refusals(source)).toEqual([]);
  });
});

describe('cost', () => {
  test.each([
    ['many whole outputs', '{ executions(first: 100) { edges { node { output } } } }'],
    ['many programs', '{ executions(first: 100) { edges { node { code } } } }'],
    [
      'many chunks',
      '{ executions(first: 100) { edges { node { chunks(first: 1000) { chunks { seq text } } } } } }',
    ],
    [
      'a page size that is a variable',
      'query($n: Int = 1) { executions(first: $n) { edges { node { output } } } }',
    ],
    ['a page size out of range', '{ executions(first: -5) { edges { node { output } } } }'],
    ['a page size that is no number', '{ executions(first: "1") { edges { node { output } } } }'],
    [
      'through a fragment',
      '{ executions(first: 100) { edges { ...E } } } fragment E on ExecutionEdge { node { ... { ...N } } } fragment N on Execution { output }',
    ],
    [
      'among harmless operations',
      'query A { health { status } } query B { executions(first: 100) { edges { node { output } } } }',
    ],
    [
      'fragments that multiply',
      `{ execution(id: "x") { ...F0 } } ${chain(40, 'Execution', (next) => `${next} ${next}`, 'id')}`,
    ],
    [
      'introspection many times over',
      `{ ${'abcdefghijklmnop'.replaceAll(/./g, (a) => `${a}: __schema { ...S } `)} } ${everyField()}`,
    ],
  ])('%s', (_name, source) => {
    expect(refusals(source)).toContain('cost');
  });

  test('says what it got, what is allowed and what helps', () => {
    const { message, extensions } = detailsOf('{ executions(first: 100) { edges { node { output } } } }');
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', limit: 'cost', allowed: QUERY_BYTES });
    expect(Number(extensions.got)).toBeGreaterThan(100 * 1024 * 1024);
    expect(message).toContain(`up to ${QUERY_BYTES}`);
    expect(message).toContain(`got ${extensions.got}`);
    expect(message).toContain('smaller pages');
  });
});

describe('depth', () => {
  // No type of ours nests without end, so a document as deep as this is not valid in other ways too.
  const nested = (levels: number) => `{ ${'health { '.repeat(levels - 1)} status ${'}'.repeat(levels - 1)} }`;

  test('counts levels', () => {
    expect(detailsOf(nested(QUERY_DEPTH)).message).toBe('');
    expect(detailsOf(nested(QUERY_DEPTH + 1)).extensions).toEqual({
      code: 'BAD_USER_INPUT',
      limit: 'depth',
      got: QUERY_DEPTH + 1,
      allowed: QUERY_DEPTH,
    });
  });

  test('counts through fragments', () => {
    const source = `{ ...F0 } ${chain(QUERY_DEPTH, 'Query', (next) => `health { ${next} }`, 'runtimes { language }')}`;
    expect(refusals(source)).toContain('depth');
  });

  test('introspection is bounded by its lists', () => {
    const deep =
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }';
    expect(refusals(deep)).toContain('Maximum introspection depth exceeded');
  });
});

describe('aliases', () => {
  const aliased = (count: number) =>
    `{ ${Array.from({ length: count }, (_, i) => `a${i}: health { status }`).join(' ')} }`;

  test('counts them', () => {
    expect(refusals(aliased(QUERY_ALIASES))).toEqual([]);
    expect(refusals(aliased(QUERY_ALIASES + 1))).toEqual(['aliases']);
    expect(detailsOf(aliased(31)).message).toBe('Expected up to 30 aliases, got 31.');
  });

  test('counts each use of a fragment', () => {
    const uses =
      'a: execution(id: "1") { ...O } b: execution(id: "2") { ...O } c: execution(id: "3") { ...O }';
    const fragment = Array.from({ length: 10 }, (_, i) => `o${i}: status`).join(' ');
    expect(refusals(`{ ${uses} } fragment O on Execution { ${fragment} }`)).toEqual(['aliases']);
  });
});

describe('events', () => {
  test.each([
    'subscription { output(id: "x") { execution { output } } }',
    'subscription { execution(id: "x") { id output(stream: STDERR) } }',
    'subscription { output(id: "x") { ...E } } fragment E on OutputEvent { execution { ... on Execution { text: output } } }',
    'query A { health { status } } subscription B { execution(id: "x") { output } }',
  ])('refuses %s', (source) => {
    expect(refusals(source)).toEqual(['events']);
  });

  test('says what to ask instead', () => {
    const { message, extensions } = detailsOf('subscription { execution(id: "x") { output } }');
    expect(message).toContain('without `output` of an execution');
    expect(message).toContain('Subscribe to `output(id, after)');
    expect(extensions).toEqual({ code: 'BAD_USER_INPUT', limit: 'events' });
  });
});

describe('hostile documents end quickly', () => {
  test('fragments that spread themselves', () => {
    const source =
      '{ execution(id: "x") { ...A } } fragment A on Execution { id ...B } fragment B on Execution { ...A }';
    expect(refusals(source)).toEqual(['Cannot spread fragment "A" within itself via "B".']);
  });

  test('fragments and fields that are not there', () => {
    expect(refusals('{ ...Nothing foo { bar } health { ... on Nothing { x } } }').length).toBeGreaterThan(0);
  });

  test('more tokens than are allowed', () => {
    expect(() => parse(`{ ${'a '.repeat(QUERY_TOKENS)} }`, parseOptions)).toThrow(String(QUERY_TOKENS));
  });

  test('types below types without end', () => {
    const levels = 600;
    expect(
      refusals(`{ __type(name: "Query") { ${'ofType { '.repeat(levels)} name ${'} '.repeat(levels)} } }`),
    ).toEqual([]);
  });
});

function everyField(): string {
  return 'fragment S on __Schema { types { name fields { name args { name } type { fields { name args { name } } } } } }';
}
