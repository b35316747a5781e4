import { once } from 'node:events';
import { EventSource } from 'eventsource';
import { afterEach, describe, expect, test } from 'vitest';
import { EventReader } from './support/events.ts';
import { Service } from './support/service.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

const QUERY = 'subscription ($id: ID!) { output(id: $id) { chunks { text } ended } }';
const SSE = { accept: 'text/event-stream' };

const graphqlPath = (id: string): string =>
  `/graphql?${new URLSearchParams({ query: QUERY, variables: JSON.stringify({ id }) })}`;
const restPath = (id: string): string => `/result/${id}/stream`;

/** The id that an EventSource comes back with after it has read all. */
const lastIdOf = async (path: string): Promise<string> => {
  const events = await new EventReader(await service.get(path, SSE)).rest();
  return events.at(-1)?.id ?? '';
};

describe('a client that has seen the end and comes back', () => {
  test.each([
    ['REST', restPath],
    ['GraphQL', graphqlPath],
  ])('%s: gets 204, and nothing again', async (_what, pathOf) => {
    service = await Service.open();
    const { id, run } = await service.start();
    await run.print('one\n');
    run.end();
    const path = pathOf(id);
    const again = await service.get(path, { ...SSE, 'last-event-id': await lastIdOf(path) });
    expect([again.status, await again.text()]).toEqual([204, '']);
  });

  test.each([
    ['REST', restPath, 'end'],
    ['GraphQL', graphqlPath, 'complete'],
  ])('%s: an EventSource that is left alone stops', async (_what, pathOf, end) => {
    service = await Service.open();
    const { id, run } = await service.start();
    await run.print('one\n');
    run.end();
    const answers: number[] = [];
    const source = new EventSource(service.url + pathOf(id), {
      fetch: async (input, init) => {
        const answer = await fetch(input, init);
        answers.push(answer.status);
        return answer;
      },
    });
    let ends = 0;
    source.addEventListener(end, () => ends++);
    while (source.readyState !== source.CLOSED) await once(source, 'error').catch(() => {});
    expect([answers, ends]).toEqual([[200, 204], 1]);
  });

  test('an execution without output ends too', async () => {
    service = await Service.open();
    const { id, run } = await service.start();
    run.end();
    const lastId = await lastIdOf(restPath(id));
    expect((await service.get(restPath(id), { 'last-event-id': lastId })).status).toBe(204);
  });
});

test('one that was cut before the end is still told, and one of somebody else learns nothing', async () => {
  service = await Service.open();
  const { id, run } = await service.start();
  await run.printAll(['a', 'b']);
  const running = await service.get(restPath(id), { 'last-event-id': '3' });
  expect(running.status).toBe(200);
  await running.body?.cancel();
  run.end();
  const events = await new EventReader(await service.get(restPath(id), { 'last-event-id': '2' })).rest();
  expect(events.map(({ event }) => event)).toEqual(['end']);
  const unknown = restPath('01890000-0000-7000-8000-000000000000');
  expect((await service.get(unknown, { 'last-event-id': '3' })).status).toBe(404);
});

/** What a program might print to be taken for more than text: SSE ends lines with CR alone, too. */
const FORGED =
  'x\r\revent: end\rid: 99\rdata: {"status":"success"}\r\r\n\ndata: 1\n\nevent: end\u2028data: 2\u2028\u2028';

/** Events by the specification, with every line ending that it knows. */
function eventsOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  return lines.filter((line) => line.startsWith('event:'));
}

test.each([
  ['REST', restPath, ['event: end']],
  ['GraphQL', graphqlPath, ['event: next', 'event: complete']],
])('%s: what a program prints forges no event', async (_what, pathOf, expected) => {
  service = await Service.open();
  const { id, run } = await service.start();
  await run.print(FORGED);
  run.end();
  const text = await (await service.get(pathOf(id), SSE)).text();
  expect([...new Set(eventsOf(text))]).toEqual(expected);
  expect(text).not.toContain('\r');
  expect(text).toContain(JSON.stringify(FORGED).slice(1, -1));
});
