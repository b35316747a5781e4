import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AttackedServer, attackedServer, KEY } from './support/attacked-server.ts';
import { exchange, statusesOf } from './support/wire.ts';

let server: AttackedServer;
beforeAll(async () => {
  server = await attackedServer();
});
afterAll(async () => {
  await server.unharmed();
  await server[Symbol.asyncDispose]();
});

/** The request that is hidden in another: whoever answers it has taken a body for a request. */
const TOMBSTONE = 'GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n';
const AUTH = `Host: localhost\r\nAuthorization: Bearer ${KEY}\r\nContent-Type: application/json\r\n`;
const post = (headers: string, body: string): string =>
  `POST /graphql HTTP/1.1\r\n${AUTH}${headers}\r\n\r\n${body}`;
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const LENGTH = TOMBSTONE.length;

/** Two readers might not agree where these requests end. */
const AMBIGUOUS: [string, string][] = [
  ['a length and chunks', post(`Content-Length: 5\r\nTransfer-Encoding: chunked`, `0\r\n\r\n${TOMBSTONE}`)],
  [
    'chunks and a length',
    post(`Transfer-Encoding: chunked\r\nContent-Length: ${LENGTH + 5}`, `0\r\n\r\n${TOMBSTONE}`),
  ],
  ['two lengths', post(`Content-Length: 0\r\nContent-Length: ${LENGTH}`, TOMBSTONE)],
  ['a list of lengths', post(`Content-Length: 0, ${LENGTH}`, TOMBSTONE)],
  ['a negative length', post('Content-Length: -1', TOMBSTONE)],
  ['a length with a sign', post('Content-Length: +0', TOMBSTONE)],
  ['a length in hexadecimal', post('Content-Length: 0x0', TOMBSTONE)],
  ['a length with a space inside', post('Content-Length: 0 0', TOMBSTONE)],
  ['a space before the colon', post(`Content-Length : ${LENGTH}`, TOMBSTONE)],
  ['a space before the colon of the encoding', post('Transfer-Encoding : chunked', `0\r\n\r\n${TOMBSTONE}`)],
  ['an encoding that is none', post('Transfer-Encoding: xchunked', `0\r\n\r\n${TOMBSTONE}`)],
  ['chunked that is not last', post('Transfer-Encoding: chunked, identity', `0\r\n\r\n${TOMBSTONE}`)],
  [
    'chunked twice',
    post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', `0\r\n\r\n${TOMBSTONE}`),
  ],
  ['an encoding with a control character', post('Transfer-Encoding: \x0bchunked', `0\r\n\r\n${TOMBSTONE}`)],
  ['a folded encoding', post('Transfer-Encoding:\r\n chunked', `0\r\n\r\n${TOMBSTONE}`)],
  ['a header folded over the encoding', post('A: b\r\n Transfer-Encoding: chunked', `0\r\n\r\n${TOMBSTONE}`)],
  ['a bare LF between headers', post('A: b\nTransfer-Encoding: chunked', `0\r\n\r\n${TOMBSTONE}`)],
  ['a bare CR between headers', post('A: b\rTransfer-Encoding: chunked', `0\r\n\r\n${TOMBSTONE}`)],
  ['NUL in a header', post('A: b\0\r\nContent-Length: 0', TOMBSTONE)],
  [
    'a size of a chunk that overflows',
    post('Transfer-Encoding: chunked', `10000000000000000\r\n${TOMBSTONE}`),
  ],
  ['a negative size of a chunk', post('Transfer-Encoding: chunked', `-1\r\n${TOMBSTONE}`)],
  ['a size of a chunk with 0x', post('Transfer-Encoding: chunked', `0x0\r\n\r\n${TOMBSTONE}`)],
  ['a bare LF behind the size of a chunk', post('Transfer-Encoding: chunked', `0\n\n${TOMBSTONE}`)],
  ['a chunk longer than it says', post('Transfer-Encoding: chunked', `1\r\n{}\r\n0\r\n\r\n${TOMBSTONE}`)],
  ['a bare LF in the extension of a chunk', post('Transfer-Encoding: chunked', `0;a\n\r\n\r\n${TOMBSTONE}`)],
  [
    'two hosts',
    `GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nContent-Length: ${LENGTH}\r\n\r\n${TOMBSTONE}`,
  ],
  [
    'an upgrade to what is not spoken',
    `GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: ${LENGTH}\r\n\r\n${TOMBSTONE}`,
  ],
];

test.each(AMBIGUOUS)('%s: nothing hidden in it is answered', async (_what, bytes) => {
  const statuses = statusesOf(await exchange(server.port, bytes));
  expect(statuses.length).toBeLessThanOrEqual(1);
  // 404 is what the hidden request would get.
  expect(statuses).not.toContain(404);
});

test('requests that agree about their end are answered one after the other', async () => {
  const body = '{"query":"{ health { status } }"}';
  const bytes =
    post(`Content-Length: ${body.length}`, body) +
    post('Transfer-Encoding: chunked', `${chunk(body)}0\r\n\r\n`) +
    TOMBSTONE;
  expect(statusesOf(await exchange(server.port, bytes, 1000))).toEqual([200, 200, 404]);
});
