import { parse } from 'graphql';
import { afterEach, expect, test } from 'vitest';
import { SUBSCRIPTIONS_PER_SOCKET } from '../../src/bounds.ts';
import { variablesOfEvents } from '../../src/schema/limits/shareable.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import { Service } from './support/service.ts';
import { RawClient } from './support/socket.ts';
import { until } from './support/until.ts';

let service: Service | undefined;
afterEach(async () => {
  await service?.[Symbol.asyncDispose]();
  service = undefined;
});

const schema = buildSchema();
const variables = (document: string) => variablesOfEvents(schema, parse(document), null);

test.each([
  ['chunks', '{ chunks { seq text } cursor ended }', []],
  ['a tail', 'tail(lines: 3) ended', []],
  ['a tail of so many lines', '{ tail(lines: $lines) ended }', ['lines']],
  ['what is skipped by a variable', '{ chunks @skip(if: $no) { seq } ended }', ['no']],
  ['the record', '{ execution { status usage { wallMs } code } ended }', []],
  ['its name', '{ __typename ended }', []],
  ['a fragment', '{ ...f }', []],
  ['the place in the queue', '{ execution { queuePosition } }', null],
  ['the bytes so far', '{ execution { outputBytes } }', null],
  ['a page', '{ execution { chunks { cursor } } }', null],
  ['the bytes so far in a fragment', '{ ...g }', null],
])('%s: events are shared by what decides them', (_what, fields, expected) => {
  const set = fields.startsWith('{') ? fields : `{ ${fields} }`;
  const document = `subscription ($id: ID!, $after: Int, $lines: Int, $no: Boolean!) { output(id: $id, after: $after) ${set} }
    fragment f on OutputEvent { chunks { text } } fragment g on OutputEvent { execution { outputBytes } }`;
  expect(variables(document)).toEqual(expected);
});

test('viewers get the same text whatever they ask for beside it, by their own ids', async () => {
  service = await Service.open();
  const { id, run } = await service.start();
  await run.printAll(Array.from({ length: 500 }, (_, n) => `line ${n} “${'x'.repeat(500)}”\n`));
  run.end();
  const client = await new RawClient(service.webSocketUrl).init();
  const plain = 'subscription ($id: ID!) { output(id: $id) { chunks { seq text } ended } }';
  const tail =
    'subscription ($id: ID!, $n: Int) { output(id: $id) { tail(lines: $n) chunks { text } ended } }';
  const names = ['1', '2', '"3"', '4', '5', '6'];
  for (const name of names) client.subscribe(name, plain, { id });
  for (const n of [1, 2, 1, 2, 1]) client.subscribe(`tail ${n} ${Math.random()}`, tail, { id, n });
  for (const name of names) {
    const messages = await client.operation(name);
    const text = messages.map((message) => textOf(message.payload)).join('');
    expect(text).toBe(Array.from({ length: 500 }, (_, n) => `line ${n} “${'x'.repeat(500)}”\n`).join(''));
  }
  const tails = client.messages.filter(
    (message) => message.id?.startsWith('tail') && message.type === 'next',
  );
  await until(
    () => client.messages.filter(({ type }) => type === 'complete').length,
    (ended) => ended === 11,
  );
  for (const { id: name, payload } of tails)
    expect(JSON.stringify(payload)).toMatch(
      name?.startsWith('tail 1') ? /"tail":\["[^"]*"\]/ : /"tail":\["[^"]*","[^"]*"\]/,
    );
  await client.close();
});

test('operations that were completed do not count while the store is slow', async () => {
  const slow = Promise.withResolvers<null>();
  let asked = 0;
  service = await Service.open({
    replace: {
      get: () => {
        asked++;
        return slow.promise;
      },
    },
  });
  const client = await new RawClient(service.webSocketUrl).init();
  const query = '{ execution(id: "01890000-0000-7000-8000-000000000000") { status } }';
  for (let index = 0; index < SUBSCRIPTIONS_PER_SOCKET; index++) client.subscribe(`a${index}`, query);
  for (let index = 0; index < SUBSCRIPTIONS_PER_SOCKET; index++)
    client.say({ type: 'complete', id: `a${index}` });
  for (let index = 0; index < SUBSCRIPTIONS_PER_SOCKET; index++) client.subscribe(`b${index}`, query);
  await until(
    () => asked,
    (count) => count === 2 * SUBSCRIPTIONS_PER_SOCKET,
  );
  client.subscribe('more', query);
  expect(JSON.stringify(await client.operation('more'))).toContain('TOO_MANY_SUBSCRIPTIONS');
  slow.resolve(null);
  const last = await client.operation(`b${SUBSCRIPTIONS_PER_SOCKET - 1}`);
  expect(last.map(({ type }) => type)).toEqual(['next', 'complete']);
  await client.close();
});

function textOf(payload: unknown): string {
  const { data } = (payload ?? {}) as { data?: { output: { chunks: { text: string }[] } } };
  return data?.output.chunks.map(({ text }) => text).join('') ?? '';
}
