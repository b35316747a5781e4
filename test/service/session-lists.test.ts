import { randomUUID } from 'node:crypto';
import { createClient } from 'graphql-ws/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { ask } from './support/graphql.ts';
import { openService, type TestService } from './support/service.ts';

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly endCursor: string | null;
  };
}

const PAGE = 'edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor }';

let service: TestService;
beforeAll(async () => {
  service = await openService({ WARM: 'javascript=1,python=0' });
});
afterAll(() => service[Symbol.asyncDispose]());

const idsOf = ({ edges }: Page): string[] => edges.map(({ node }) => node.id);

async function list(variables: Record<string, unknown>): Promise<Page> {
  const query = `query ($first: Int, $after: String, $status: SessionStatus) {
    sessions(first: $first, after: $after, status: $status) { ${PAGE} } }`;
  return (await ask<{ sessions: Page }>(service.url, query, variables)).sessions;
}

async function create(): Promise<string> {
  const mutation = `mutation { createSession(input: { language: "javascript" }) {
    ... on CreateSessionSuccess { session { id } } } }`;
  const { createSession } = await ask<{ createSession: { session: { id: string } } }>(service.url, mutation);
  return createSession.session.id;
}

async function execute(sessionId: string, code: string): Promise<string> {
  const mutation = `mutation ($input: ExecuteInput!) {
    execute(input: $input) { ... on ExecuteSuccess { execution { id } } } }`;
  const input = { sessionId, context: 'main', code };
  const { execute } = await ask<{ execute: { execution: { id: string } } }>(service.url, mutation, { input });
  return execute.execution.id;
}

function end(id: string): Promise<unknown> {
  return ask(service.url, `mutation { endSession(id: "${id}") { __typename } }`);
}

/** Everything that a subscription brings, over a WebSocket of its own; errors as they are. */
async function* subscribe<T>(query: string): AsyncGenerator<T> {
  const url = `${service.url.replace('http', 'ws')}/graphql`;
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  try {
    for await (const { data, errors } of client.iterate<T>({ query })) {
      if (!data) throw new Error(errors?.map(({ extensions }) => extensions?.['code']).join());
      yield data;
    }
  } finally {
    await client.dispose();
  }
}

describe('lists of sessions', () => {
  test('come newest first, page by page, each once, also while newer ones come', async () => {
    const ids = [await create(), await create(), await create()].reverse();
    const first = await list({ first: 2 });
    expect(idsOf(first)).toEqual(ids.slice(0, 2));
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(first.pageInfo.endCursor).toBe(first.edges.at(-1)?.cursor);
    const newest = await create();
    const second = await list({ first: 2, after: first.pageInfo.endCursor });
    expect(idsOf(second)).toEqual(ids.slice(2));
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(idsOf(await list({ first: 2, after: second.pageInfo.endCursor }))).toEqual([]);
    await end(ids[1] as string);
    expect(idsOf(await list({ status: 'ENDED' }))).toEqual([ids[1]]);
    for (const id of [newest, ...ids]) await end(id);
    expect(idsOf(await list({ status: 'ENDED' }))).toEqual([newest, ...ids]);
    expect(idsOf(await list({ status: 'IDLE' }))).toEqual([]);
  });

  test("a session's executions come in pages of their own", async () => {
    const id = await create();
    const executions: string[] = [];
    for (let count = 0; count < 5; count++) executions.unshift(await execute(id, `${count}`));
    const query = `query ($id: ID!, $first: Int, $after: String) {
      session(id: $id) { executions(first: $first, after: $after) { ${PAGE} } } }`;
    const found: string[] = [];
    for (let after: string | null = null; ; ) {
      const { session }: { session: { executions: Page } } = await ask(service.url, query, {
        id,
        first: 2,
        after,
      });
      found.push(...idsOf(session.executions));
      after = session.executions.pageInfo.endCursor;
      if (!session.executions.pageInfo.hasNextPage) break;
    }
    expect(found).toEqual(executions);
    await end(id);
  });
});

describe('the subscription of a session', () => {
  test('has an event at once and one at each change, until it has ended', async () => {
    const id = await create();
    const seen: string[] = [];
    let execution = '';
    for await (const { session } of subscribe<{ session: { status: string; endReason: string | null } }>(
      `subscription { session(id: "${id}") { status endReason } }`,
    )) {
      if (seen.at(-1) !== session.status) seen.push(session.status);
      if (session.status === 'IDLE' && execution === '')
        execution = await execute(id, 'await new Promise(() => {})');
      if (session.status === 'BUSY')
        await ask(service.url, `mutation { cancel(id: "${execution}") { __typename } }`);
      if (session.status === 'IDLE' && seen.includes('BUSY')) await end(id);
      if (session.status === 'ENDED') expect(session.endReason).toBe('CLOSED');
    }
    expect(seen.filter((status) => status !== 'STARTING')).toEqual(['IDLE', 'BUSY', 'IDLE', 'ENDED']);
    const again = await Array.fromAsync(subscribe(`subscription { session(id: "${id}") { status } }`));
    expect(again).toEqual([{ session: { status: 'ENDED' } }]);
  });

  test('of an unknown one is an error', async () => {
    const query = `subscription { session(id: "${randomUUID()}") { status } }`;
    await expect(Array.fromAsync(subscribe(query))).rejects.toThrow('NOT_FOUND');
  });
});

test('viewers of an output get what is displayed with it: all of it in text, with any page', async () => {
  const sessionId = await create();
  const id = await execute(
    sessionId,
    'for (let n = 0; n < 3; n++) display({ "text/html": "<b>" + n + "</b>" })',
  );
  const chunk = 'seq stream text at display { isResult parts { mediaType text url bytes } }';
  interface Chunk {
    readonly display: { readonly parts: readonly { readonly text: string }[] } | null;
  }
  const parts: string[] = [];
  for await (const { output } of subscribe<{ output: { chunks: readonly Chunk[] } }>(
    `subscription { output(id: "${id}") { chunks { ${chunk} } cursor ended execution { status } } }`,
  )) {
    for (const { display } of output.chunks) parts.push(...(display?.parts ?? []).map(({ text }) => text));
  }
  expect(parts).toEqual(['<b>0</b>', '<b>1</b>', '<b>2</b>']);
  const page = `{ session(id: "${sessionId}") { executions { edges { node { chunks { chunks { ${chunk} } } } } } } }`;
  const { session } = await ask<{
    session: { executions: { edges: { node: { chunks: { chunks: Chunk[] } } }[] } };
  }>(service.url, page);
  expect(session.executions.edges[0]?.node.chunks.chunks).toHaveLength(3);
  await end(sessionId);
});
