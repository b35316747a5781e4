import { ApolloClient, gql, InMemoryCache } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { subscriptionExchange, Client as UrqlClient } from '@urql/core';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient } from 'graphql-ws/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { readEvents } from './support/event-stream.ts';
import { ended, submit } from './support/executions.ts';
import { ask } from './support/graphql.ts';
import { linesProgram, linesText, type OutputEvent, Received, WATCH } from './support/output.ts';
import { openService, type TestService } from './support/service.ts';

const LINES = 12;
const TEXT = linesText(LINES);

let service: TestService;
beforeAll(async () => {
  service = await openService({ WARM: 'javascript=2,python=0' });
});
afterAll(() => service[Symbol.asyncDispose]());

const webSocketUrl = (): string => `${service.url.replace('http', 'ws')}/graphql`;
const submitLines = (): Promise<string> =>
  submit(service.url, { code: linesProgram(LINES, 40), language: 'javascript' });

/** Seen while it ran, each chunk once, to the end. */
function expectWatchedLive(received: Received): void {
  expect(received.text).toBe(TEXT);
  // Apollo Client adds `__typename`.
  expect(received.end).toMatchObject({ status: 'SUCCEEDED', endReason: 'EXITED' });
  expect(received.firstStatus).toBe('RUNNING');
}

describe('GraphQL clients watch a program live', () => {
  test('graphql-ws', async () => {
    const client = createClient({ url: webSocketUrl(), webSocketImpl: WebSocket });
    const id = await submitLines();
    const received = new Received();
    for await (const { data } of client.iterate<{ output: OutputEvent }>({
      query: WATCH,
      variables: { id },
    })) {
      if (data) received.addEvent(data.output);
    }
    expectWatchedLive(received);
    await client.dispose();
  });

  test('graphql-ws submits, asks and watches over one socket', async () => {
    const client = createClient({ url: webSocketUrl(), webSocketImpl: WebSocket, lazy: false });
    const execute = `mutation($code: String!) {
      execute(input: { code: $code, language: "javascript" }) { ... on ExecuteSuccess { execution { id } } }
    }`;
    const once = async <T>(query: string, variables: Record<string, unknown>): Promise<T> => {
      for await (const { data } of client.iterate<Record<string, unknown>>({ query, variables }))
        return data as T;
      throw new Error(`Expected a result of ${query}, got none.`);
    };
    const submitted = await once<{ execute: { execution: { id: string } } }>(execute, {
      code: linesProgram(LINES, 20),
    });
    const { id } = submitted.execute.execution;
    const statuses: string[] = [];
    const changes = client.iterate<{ execution: { status: string } }>({
      query: 'subscription($id: ID!) { execution(id: $id) { status } }',
      variables: { id },
    });
    for await (const { data } of changes) if (data) statuses.push(data.execution.status);
    const order = ['QUEUED', 'STARTING', 'RUNNING', 'SUCCEEDED'];
    expect(statuses.at(-1)).toBe('SUCCEEDED');
    expect(statuses).toEqual([...new Set(statuses)].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
    const { execution } = await once<{ execution: { output: string } }>(
      'query($id: ID!) { execution(id: $id) { output } }',
      { id },
    );
    expect(execution.output).toBe(TEXT);
    await client.dispose();
  });

  test('Apollo Client with GraphQLWsLink', async () => {
    const socket = createClient({ url: webSocketUrl(), webSocketImpl: WebSocket });
    const client = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
    const id = await submitLines();
    const received = new Received();
    await new Promise<void>((resolve, reject) => {
      client
        .subscribe<{ output: OutputEvent }>({ query: gql(WATCH), variables: { id }, fetchPolicy: 'no-cache' })
        .subscribe({
          next: ({ data, error }) => {
            if (error) reject(error);
            else if (data) received.addEvent(data.output);
          },
          error: reject,
          complete: resolve,
        });
    });
    expectWatchedLive(received);
    client.stop();
    await socket.dispose();
  });

  test('Apollo Client queries through its cache', async () => {
    const socket = createClient({ url: webSocketUrl(), webSocketImpl: WebSocket });
    const client = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
    const id = await submitLines();
    await ended(service.url, id);
    const query = gql`query Show($id: ID!) { execution(id: $id) { id status output chunks(first: 2) { cursor } } }`;
    const { data } = await client.query<{ execution: { output: string } }>({ query, variables: { id } });
    expect(data?.execution.output).toBe(TEXT);
    expect(client.readQuery({ query, variables: { id } })).toMatchObject({ execution: { id, output: TEXT } });
    client.stop();
    await socket.dispose();
  });

  test('urql with its subscription exchange', async () => {
    const socket = createClient({ url: webSocketUrl(), webSocketImpl: WebSocket });
    const client = new UrqlClient({
      url: `${service.url}/graphql`,
      preferGetMethod: false,
      exchanges: [
        subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: (sink) => ({
              unsubscribe: socket.subscribe(
                { query, variables: { ...variables } },
                {
                  next: ({ data, errors }) =>
                    sink.next({ ...(data && { data }), ...(errors && { errors: [...errors] }) }),
                  error: (error) => sink.error(error),
                  complete: () => sink.complete(),
                },
              ),
            }),
          }),
        }),
      ],
    });
    const id = await submitLines();
    const received = new Received();
    await new Promise<void>((resolve, reject) => {
      const { unsubscribe } = client
        .subscription<{ output: OutputEvent }>(WATCH, { id })
        .subscribe(({ data, error }) => {
          if (error) reject(error);
          else if (data) received.addEvent(data.output);
          if (!received.end) return;
          resolve();
          setImmediate(() => unsubscribe());
        });
    });
    expectWatchedLive(received);
    await socket.dispose();
  });

  test('graphql-sse', async () => {
    const client = createSseClient({ url: `${service.url}/graphql` });
    const id = await submitLines();
    const received = new Received();
    for await (const { data } of client.iterate<{ output: OutputEvent }>({
      query: WATCH,
      variables: { id },
    })) {
      if (data) received.addEvent(data.output);
    }
    expectWatchedLive(received);
    client.dispose();
  });

  test('plain fetch, reading events by hand', async () => {
    const id = await submitLines();
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: WATCH, variables: { id } }),
    });
    const received = new Received();
    const names: string[] = [];
    for await (const { event, data } of readEvents(response)) {
      names.push(event);
      if (event === 'next') received.addEvent(JSON.parse(data).data.output);
    }
    expectWatchedLive(received);
    expect(names.at(-1)).toBe('complete');
  });
});

test('plain fetch asks for pages of chunks', async () => {
  const id = await submitLines();
  await ended(service.url, id);
  const query = `query($id: ID!, $after: Int!) {
    execution(id: $id) { chunks(first: 2, after: $after) { chunks { seq stream text } cursor hasMore } }
  }`;
  const received = new Received();
  for (let hasMore = true; hasMore; ) {
    const { execution } = await ask<{ execution: { chunks: OutputEvent & { hasMore: boolean } } }>(
      service.url,
      query,
      { id, after: received.cursor },
    );
    received.add(execution.chunks.chunks);
    expect(execution.chunks.cursor).toBe(received.cursor);
    hasMore = execution.chunks.hasMore;
  }
  expect(received.text).toBe(TEXT);
});
