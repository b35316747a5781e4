import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import * as bounds from '../../../src/bounds.ts';
import { count } from '../support/executions.ts';
import { openService, type TestService } from '../support/service.ts';

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

describe('WebSocket: closed with the code that says why', () => {
  const open = (protocol = 'graphql-transport-ws'): Promise<WebSocket> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`${service.url.replace('http', 'ws')}/graphql`, protocol);
      socket.once('open', () => resolve(socket)).once('error', reject);
    });
  const closeOf = (socket: WebSocket): Promise<number> =>
    new Promise((resolve) => {
      socket.once('close', resolve);
    });
  const INIT = JSON.stringify({ type: 'connection_init' });
  const SUBSCRIBE = JSON.stringify({ type: 'subscribe', id: '1', payload: { query: '{ __typename }' } });

  test.each<[string, number, readonly string[]]>([
    ['a message that is no JSON', 4400, [INIT, 'hello']],
    ['a message of no known type', 4400, [INIT, '{"type":"dance"}']],
    ['a subscription before connection_init', 4401, [SUBSCRIBE]],
    ['connection_init twice', 4429, [INIT, INIT]],
    ['a message too large', 1009, [INIT, 'a'.repeat(bounds.MESSAGE_BYTES + 1)]],
  ])('%s', async (_what, code, messages) => {
    const socket = await open();
    // What was sent into a closed socket.
    socket.on('error', () => {});
    const closed = closeOf(socket);
    for (const message of messages) socket.send(message);
    expect(await closed).toBe(code);
  });

  test('another protocol', async () => {
    const socket = await open('graphql-ws').catch((error: unknown) => error);
    if (!(socket instanceof WebSocket)) return expect(socket).toBeInstanceOf(Error);
    expect(await closeOf(socket)).toBe(4406);
  });
});
