import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import * as bounds from '../../src/bounds.ts';
import { ask } from './support/graphql.ts';
import { base64, post } from './support/post.ts';
import { openService, type TestService } from './support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await openService({ WARM: '0' });
});
afterAll(() => service[Symbol.asyncDispose]());

const many = <T>(length: number, of: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => of(index));

const PROGRAM = 'console.log(1)\n//';
/** A file's share of what all may have. */
const SHARE = Math.floor(bounds.FILES_BYTES / bounds.FILES_COUNT / 3) * 3;

/** Everything at its bound: in values, and in bytes (with files as base64 nearly all that a body may be). */
const LARGEST = {
  args: many(bounds.ARGS_COUNT, () => 'a'.repeat(bounds.ARGS_BYTES / bounds.ARGS_COUNT)),
  stdin: 'x'.repeat(bounds.STDIN_BYTES),
  files: many(bounds.FILES_COUNT, (index) => ({
    path: `f${index}`,
    content: Buffer.alloc(SHARE, index).toString('base64'),
    encoding: 'BASE64',
  })),
  env: many(bounds.ENV_COUNT, (index) => ({ name: `A${index}`, value: 'v'.repeat(900) })),
  labels: many(bounds.LABELS_COUNT, (index) => ({ name: `l${index}`, value: 'v'.repeat(255) })),
  limits: { timeoutMs: 30_000, memoryMb: 256, cpuMillis: 1000, outputBytes: 10_000 },
};
const CODE = PROGRAM + 'x'.repeat(bounds.CODE_BYTES - PROGRAM.length);
const EXECUTE =
  'mutation ($input: ExecuteInput!) { execute(input: $input) { __typename ... on UserError { message } } }';
const INPUT = { code: CODE, language: 'javascript', ...LARGEST };
const SUCCESS = { execute: { __typename: 'ExecuteSuccess' } };

test('passes as GraphQL over HTTP', async () => {
  expect(await ask(service.url, EXECUTE, { input: INPUT })).toEqual(SUCCESS);
});

test('passes over a WebSocket', async () => {
  const socket = new WebSocket(`${service.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  socket.send(
    JSON.stringify({ type: 'subscribe', id: '1', payload: { query: EXECUTE, variables: { input: INPUT } } }),
  );
  const [answer] = await once(socket, 'message');
  expect(JSON.parse(String(answer)).payload).toEqual({ data: SUCCESS });
  socket.terminate();
});

test('passes as POST /execute', async () => {
  const response = await post(`${service.url}/execute`, { ...INPUT, code: base64(CODE) });
  expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({})]);
});

test('passes with the program written into the document', async () => {
  const query = `mutation { execute(input: { code: ${JSON.stringify(CODE)}, language: "javascript", stdin: ${JSON.stringify(
    LARGEST.stdin,
  )} }) { __typename ... on UserError { message } } }`;
  expect(await ask(service.url, query)).toEqual(SUCCESS);
});
