import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { TIMEOUT_MS, TIMES } from './support/amount.ts';
import { attackedServer, KEY } from './support/attacked-server.ts';
import { openWire } from './support/wire.ts';

/** Connections of each kind at once. */
const EACH = 10 * TIMES;

const AUTH = `Host: localhost\r\nAuthorization: Bearer ${KEY}\r\n`;
const JSON_TYPE = 'Content-Type: application/json\r\n';
const UPGRADE =
  'GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Protocol: graphql-transport-ws\r\n';
const INIT = frame(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${KEY}` } }));

/** A short masked text frame; the mask is zero. */
function frame(text: string, first = 0x81): string {
  const size = text.length < 126 ? [text.length] : [126, text.length >> 8, text.length & 0xff];
  return String.fromCharCode(first, (size[0] ?? 0) | 0x80, ...size.slice(1), 0, 0, 0, 0) + text;
}

const write = (bytes: string) => (socket: Socket) => void socket.write(bytes, 'latin1');
const end = (bytes: string) => (socket: Socket) => void socket.end(bytes, 'latin1');
const reset = (bytes: string) => (socket: Socket) =>
  void socket.write(bytes, 'latin1', () => socket.resetAndDestroy());
/** Writes, and after the answer something more. */
const then =
  (bytes: string, next: (socket: Socket) => void) =>
  (socket: Socket): void => {
    socket.write(bytes, 'latin1');
    once(socket, 'data').then(
      () => next(socket),
      () => {},
    );
  };
const unread = (bytes: string) => (socket: Socket) => void socket.pause().write(bytes, 'latin1');

const KINDS: [string, (socket: Socket) => void][] = [
  ['says nothing', () => {}],
  ['closes its half at once', (socket) => void socket.end()],
  ['resets at once', (socket) => void socket.resetAndDestroy()],
  ['says half a line', write('GET /liv')],
  ['says half a line and closes its half', end('GET /liv')],
  ['never ends its headers', write('GET /livez HTTP/1.1\r\nHost: localhost\r\nA: b\r\n')],
  ['never ends its headers and closes its half', end('GET /livez HTTP/1.1\r\nHost: localhost\r\n')],
  ['never ends a header', write(`GET /livez HTTP/1.1\r\nHost: localhost\r\nA: ${'x'.repeat(8000)}`)],
  ['sends no body', write(`POST /execute HTTP/1.1\r\n${AUTH}${JSON_TYPE}Content-Length: 10\r\n\r\n`)],
  ['sends half a body', write(`POST /execute HTTP/1.1\r\n${AUTH}${JSON_TYPE}Content-Length: 10\r\n\r\n{`)],
  [
    'sends half a body and closes its half',
    end(`POST /execute HTTP/1.1\r\n${AUTH}${JSON_TYPE}Content-Length: 10\r\n\r\n{`),
  ],
  [
    'sends half a body and resets',
    reset(`POST /execute HTTP/1.1\r\n${AUTH}${JSON_TYPE}Content-Length: 10\r\n\r\n{`),
  ],
  [
    'never ends its chunks',
    write(`POST /graphql HTTP/1.1\r\n${AUTH}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`),
  ],
  [
    'never ends a chunk',
    write(`POST /graphql HTTP/1.1\r\n${AUTH}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\nffff\r\n{`),
  ],
  [
    'waits for leave and sends nothing',
    then(
      `POST /execute HTTP/1.1\r\n${AUTH}${JSON_TYPE}Content-Length: 10\r\nExpect: 100-continue\r\n\r\n`,
      () => {},
    ),
  ],
  [
    'goes on sending a body that is refused',
    write(`POST /execute HTTP/1.1\r\nHost: localhost\r\n${JSON_TYPE}Content-Length: 100000\r\n\r\n{`),
  ],
  [
    'keeps a connection and asks nothing more',
    then('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n', () => {}),
  ],
  [
    'keeps its half open after the server closed',
    then('GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', () => {}),
  ],
  ['reads none of many answers', unread('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(200))],
  ['reads no page', unread('GET /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n')],
  ['is refused an upgrade and keeps its half open', write(`${UPGRADE.replace('/graphql', '/x')}\r\n`)],
  [
    'is refused an upgrade, sends a byte and closes',
    then(`${UPGRADE.replace('/graphql', '/x')}\r\n`, (socket) => void socket.end('X')),
  ],
  [
    'upgrades without a key and closes its half',
    end(`${UPGRADE.replace(/Sec-WebSocket-Key.*\r\n/, '')}\r\n`),
  ],
  ['says what is no HTTP and keeps its half open', write('\0\0\0\0\r\n\r\n')],
  ['opens a WebSocket and says nothing', write(`${UPGRADE}\r\n`)],
  ['opens a WebSocket and closes its half', then(`${UPGRADE}\r\n`, (socket) => void socket.end())],
  ['never ends a frame', then(`${UPGRADE}\r\n`, write('\x81\xff\0\0\0\0\0\x80\0\0\0\0\0\0{'))],
  ['never ends a message', then(`${UPGRADE}\r\n`, write(`${INIT}${frame('{', 0x01)}${frame('"', 0x00)}`))],
  [
    'reads nothing of a WebSocket',
    then(`${UPGRADE}\r\n`, (socket) => unread(INIT + frame('{"type":"ping"}').repeat(2000))(socket)),
  ],
  [
    'answers no close of a WebSocket',
    then(`${UPGRADE}\r\n`, write(frame('{"type":"subscribe","id":"1","payload":{"query":"{ a }"}}'))),
  ],
];

test(
  `${EACH} connections of each of ${KINDS.length} slow and half-open kinds`,
  async () => {
    await using server = await attackedServer();
    const open: Socket[] = [];
    for (const [, behave] of KINDS) {
      for (let index = 0; index < EACH; index++) {
        const socket = await openWire(server.port);
        open.push(socket);
        socket.resume();
        behave(socket);
      }
    }
    // Honest requests are answered while all of them are there.
    const before = server.answered();
    await expect.poll(() => server.answered(), { timeout: TIMEOUT_MS }).toBeGreaterThan(before + 10);
    for (const socket of open) socket.destroy();
    await server.unharmed();
  },
  TIMEOUT_MS,
);

test(
  'a server ends on SIGTERM with all of them still there',
  async () => {
    await using server = await attackedServer();
    const open: Socket[] = [];
    for (const [, behave] of KINDS) {
      const socket = await openWire(server.port);
      open.push(socket);
      socket.resume();
      behave(socket);
    }
    await server.ended();
    for (const socket of open) socket.destroy();
  },
  TIMEOUT_MS,
);
