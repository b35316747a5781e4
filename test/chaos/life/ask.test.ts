import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { AwayError, ask, RefusedError } from '../../../chaos/life/ask.ts';
import { FakeServer } from '../support/fake-server.ts';

test('data is given', async () => {
  expect(await asked(answer(200, '{"data":{"execution":null}}'))).toEqual({ execution: null });
});

test.each<[what: string, request: RequestListener]>([
  [
    'a code that says so',
    answer(200, '{"data":null,"errors":[{"message":"-","extensions":{"code":"UNAVAILABLE"}}]}'),
  ],
  ['the status of one that closes', answer(503, '')],
  ['the status of one that was stopped before it had read the request', answer(408, '')],
  ['a connection that is cut at once', (_request, response) => response.destroy()],
  ['a connection that is cut within the body', cutWithin],
])('%s means that the server is away', async (_what, request) => {
  await expect(asked(request)).rejects.toThrow(AwayError);
});

test.each<[what: string, request: RequestListener, message: string]>([
  ['an answer that is no JSON', answer(200, '<html>'), 'status 200, "<html>"'],
  ['an empty answer', answer(500, ''), 'status 500'],
  ['JSON that is no answer', answer(429, '{"error":"too many"}'), 'status 429'],
  ['null', answer(200, 'null'), 'status 200, "null"'],
  [
    'an error',
    answer(200, '{"errors":[{"message":"no","extensions":{"code":"NOT_FOUND"}}]}'),
    'no (NOT_FOUND)',
  ],
])('%s is a refusal', async (_what, request, message) => {
  const refused = expect(asked(request)).rejects;
  await refused.toThrow(RefusedError);
  await refused.toThrow(message);
});

async function asked(request: RequestListener): Promise<object> {
  await using server = await FakeServer.open({ request });
  return await ask(server, {}, 'query', {});
}

function answer(status: number, body: string): RequestListener {
  return (_request, response) => response.writeHead(status).end(body);
}

function cutWithin(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 100 });
  response.write('{"data":', () => response.destroy());
}
