import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import type { Watched } from '../../../chaos/life/operations.ts';
import { visit } from '../../../chaos/life/visit.ts';
import { FakeServer, type FakeServerOptions } from '../support/fake-server.ts';

const execution = { status: 'SUCCEEDED', endReason: 'EXITED', exitCode: 0 };

test.each<[what: string, behaviour: FakeServerOptions]>([
  ['a completion after the end', subscribed(next(true), complete)],
  ['a server that goes away', subscribed(next(false), close(1001))],
  ['a connection that is cut', subscribed(next(false), cut)],
  ['a close without a reason', subscribed(next(false), close())],
  ['a normal close', subscribed(next(false), close(1000))],
  ['a server that was stopped while we said hello', subscribed(close(4408))],
  ['an outage of the store', subscribed(next(false), failure('UNAVAILABLE'), complete)],
  ['an outage of the store at once', subscribed(refusal('UNAVAILABLE'))],
  ['a server that is closing', refused('503 Service Unavailable')],
  ['a server that was stopped while it was asked', refused('408 Request Timeout')],
])('%s is no finding', async (_what, behaviour) => {
  expect(await visited(behaviour)).toBeNull();
});

test.each<[what: string, behaviour: FakeServerOptions, wrong: string]>([
  ['a completion without an end', subscribed(next(false), complete), 'completed without an end'],
  ['a completion with nothing', subscribed(complete), 'completed without an end'],
  ['a defect of the server', subscribed(next(false), close(4500)), 'closed: 4500'],
  ['a refused message', subscribed(close(4400)), 'closed: 4400'],
  ['a refused caller', subscribed(close(4403)), 'closed: 4403'],
  ['a breach of the WebSocket protocol', subscribed(close(1002)), 'closed: 1002'],
  ['an unexpected condition', subscribed(close(1011)), 'closed: 1011'],
  ['a failure', subscribed(failure('OUTPUT_MISSING'), complete), 'gone (OUTPUT_MISSING)'],
  ['a refusal', subscribed(refusal('NOT_FOUND')), 'gone (NOT_FOUND)'],
  ['an upgrade that fails', refused('500 Internal Server Error'), 'answered with 500'],
  ['an upgrade of an unknown path', refused('404 Not Found'), 'answered with 404'],
])('%s is told', async (_what, behaviour, wrong) => {
  expect(await visited(behaviour)).toContain(wrong);
});

test('a viewer who leaves is told nothing', async () => {
  const leave = new AbortController();
  expect(await visited(subscribed(next(false)), () => leave.abort(), leave.signal)).toBeNull();
});

type Say = (socket: WebSocket, id: string) => void;

async function visited(
  behaviour: FakeServerOptions,
  took: (event: Watched['output']) => void = () => {},
  leave = new AbortController().signal,
): Promise<string | null> {
  await using server = await FakeServer.open(behaviour);
  return await visit(server, { headers: {}, id: 'id', after: 0, next: took, leave });
}

function subscribed(...says: readonly Say[]): FakeServerOptions {
  return {
    subscribed(socket, id) {
      for (const say of says) say(socket, id);
    },
  };
}

function next(ended: boolean): Say {
  const output = { chunks: [], cursor: 0, ended, execution };
  return (socket, id) => socket.send(JSON.stringify({ type: 'next', id, payload: { data: { output } } }));
}

function complete(socket: WebSocket, id: string): void {
  socket.send(JSON.stringify({ type: 'complete', id }));
}

function close(code?: number): Say {
  return (socket) => socket.close(code);
}

function cut(socket: WebSocket): void {
  socket.terminate();
}

/** Within the stream. */
function failure(code: string): Say {
  const errors = [{ message: 'gone', extensions: { code } }];
  return (socket, id) => socket.send(JSON.stringify({ type: 'next', id, payload: { data: null, errors } }));
}

/** In place of a stream. */
function refusal(code: string): Say {
  const payload = [{ message: 'gone', extensions: { code } }];
  return (socket, id) => socket.send(JSON.stringify({ type: 'error', id, payload }));
}

function refused(status: string): FakeServerOptions {
  return { refuse: (socket) => socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`) };
}
