import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
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

const ID = '01890000-0000-7000-8000-000000000000';
const get = (target: string, ...headers: string[]): string =>
  [`GET ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n');
const result = (...headers: string[]): string => get(`/result/${ID}`, ...headers);
const basic = (text: string): string => Buffer.from(text).toString('base64');

/** A right key at a wrong place, or said in a wrong way. */
const MISPLACED: [string, string][] = [
  ['in the query', get(`/result/${ID}?key=${KEY}`)],
  ['in the query as a header', get(`/result/${ID}?authorization=Bearer%20${KEY}`)],
  ['in the query as OAuth has it', get(`/result/${ID}?access_token=${KEY}`)],
  ['as the user of the target', get(`http://${KEY}@localhost/result/${ID}`)],
  ['in a cookie', result(`Cookie: authorization=Bearer ${KEY}`)],
  ['in X-API-Key', result(`X-API-Key: ${KEY}`)],
  ['in Proxy-Authorization', result(`Proxy-Authorization: Bearer ${KEY}`)],
  ['in X-Authorization', result(`X-Authorization: Bearer ${KEY}`)],
  ['in X-Forwarded-Authorization', result(`X-Forwarded-Authorization: Bearer ${KEY}`)],
  ['without a scheme', result(`Authorization: ${KEY}`)],
  ['with the scheme Basic', result(`Authorization: Basic ${basic(`ann:${KEY}`)}`)],
  ['with the scheme Token', result(`Authorization: Token ${KEY}`)],
  ['without a space', result(`Authorization: Bearer${KEY}`)],
  ['with a colon', result(`Authorization: Bearer: ${KEY}`)],
  ['with a tab', result(`Authorization: Bearer\t${KEY}`)],
  ['in quotes', result(`Authorization: Bearer "${KEY}"`)],
  ['with its name', result(`Authorization: Bearer ann=${KEY}`)],
  ['in a list', result(`Authorization: Bearer ${KEY}, Bearer ${KEY}`)],
  ['behind another', result(`Authorization: Bearer wrong ${KEY}`)],
  ['cut short', result(`Authorization: Bearer ${KEY.slice(0, -1)}`)],
  ['with one letter more', result(`Authorization: Bearer ${KEY}x`)],
  ['in upper case', result(`Authorization: Bearer ${KEY.toUpperCase()}`)],
  ['as base64', result(`Authorization: Bearer ${basic(KEY)}`)],
  ['twice', result(`Authorization: Bearer ${KEY}`, `Authorization: Bearer ${KEY}`)],
  [
    'in a trailer',
    `POST /execute HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n0\r\nAuthorization: Bearer ${KEY}\r\n\r\n`,
  ],
];

test.each(MISPLACED)('a key %s opens nothing and is not told again', async (_what, request) => {
  const answer = await exchange(server.port, request, 2000);
  expect([400, 401]).toContain(statusesOf(answer)[0]);
  expect(answer).not.toContain(KEY);
});

test('a key where it belongs is taken', async () => {
  for (const scheme of ['Bearer', 'bearer', 'BEARER '])
    expect(statusesOf(await exchange(server.port, result(`Authorization: ${scheme} ${KEY}`), 2000))).toEqual([
      404,
    ]);
});

test.each<[string, string, string[], unknown]>([
  ['in the address', `?authorization=Bearer%20${KEY}`, [], undefined],
  ['as a subprotocol', '', [KEY], undefined],
  ['without a scheme', '', [], { authorization: KEY }],
  ['under another name', '', [], { token: `Bearer ${KEY}` }],
  ['in headers of its own', '', [], { headers: { authorization: `Bearer ${KEY}` } }],
  ['in a list', '', [], { authorization: [`Bearer ${KEY}`] }],
])('over a WebSocket: a key %s', async (_what, query, protocols, payload) => {
  const url = `${server.url.replace('http', 'ws')}/graphql${query}`;
  const socket = new WebSocket(url, ['graphql-transport-ws', ...protocols]);
  const closed = once(socket, 'close');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  expect((await closed)[0]).toBe(4403);
});
