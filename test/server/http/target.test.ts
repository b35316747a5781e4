import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Service } from '../support/service.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

/** The whole answer to bytes as they are. */
async function answerTo(...lines: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  socket.write([...lines, 'Connection: close', '', ''].join('\r\n'));
  await once(socket, 'close');
  return text;
}

describe('a target in absolute form is taken', () => {
  test.each([
    ['GET http://localhost/livez HTTP/1.1', 200],
    ['GET HTTP://127.0.0.1:5000/livez HTTP/1.1', 200],
    ['GET https://localhost/livez?a=b HTTP/1.1', 200],
    ['GET http://localhost HTTP/1.1', 200],
    ['GET http://localhost?a=b HTTP/1.1', 200],
    ['GET http://localhost/nope HTTP/1.1', 404],
    ['GET http://evil.example/livez HTTP/1.1', 403],
    ['GET http://ann@localhost/livez HTTP/1.1', 400],
    ['GET http:///livez HTTP/1.1', 400],
    ['GET ftp://localhost/livez HTTP/1.1', 404],
    ['OPTIONS * HTTP/1.1', 404],
  ])('%s: %i', async (line, status) => {
    service = await Service.open();
    expect(await answerTo(line, 'Host: localhost')).toContain(`HTTP/1.1 ${status} `);
  });

  test('its host counts, whatever the header says', async () => {
    service = await Service.open();
    expect(await answerTo('GET http://localhost/livez HTTP/1.1', 'Host: evil.example')).toContain('200 OK');
    expect(await answerTo('GET http://evil.example/livez HTTP/1.1', 'Host: localhost')).toContain('403');
  });

  test('for a WebSocket too', async () => {
    service = await Service.open();
    const answer = await answerTo(
      'GET http://localhost/nope HTTP/1.1',
      'Host: localhost',
      'Upgrade: websocket',
      'Connection: Upgrade',
    );
    expect(answer).toContain('404 Not Found');
    expect(answer).toContain('Expected a WebSocket at /graphql');
  });
});

test.each([
  ['Host: localhost', 'host: localhost'],
  ['Authorization: Bearer the-secret-key', 'Authorization: Bearer wrong'],
  ['Authorization: Bearer the-secret-key', 'AUTHORIZATION: Bearer the-secret-key'],
  ['Origin: http://localhost', 'Origin: http://evil.example'],
  ['Content-Type: application/json', 'Content-Type: text/plain'],
  ['Idempotency-Key: a', 'Idempotency-Key: b'],
  ['Last-Event-ID: 1', 'Last-Event-ID: 2'],
])('%s and %s: 400', async (one, other) => {
  service = await Service.open({ config: { apiKeys: [{ name: 'ann', key: 'the-secret-key' }] } });
  const hosts = one.startsWith('Host') ? [] : ['Host: localhost'];
  for (const line of ['GET /livez HTTP/1.1', 'GET /executions HTTP/1.1']) {
    const answer = await answerTo(line, ...hosts, one, other);
    expect(answer).toContain('HTTP/1.1 400 ');
    expect(answer).toMatch(/Expected one [a-z-]+ header, got several/);
    expect(answer).not.toContain('secret');
  }
});
