import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { BODY_BYTES } from '../../src/bounds.ts';
import { TIMEOUTS } from '../../src/server/http/listener.ts';
import { Service } from './support/service.ts';
import { until } from './support/until.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

/** Sends bytes and returns all that comes back until the server closes. */
class Wire {
  readonly socket: Socket;
  text = '';

  constructor(url: string) {
    this.socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
    this.socket.setEncoding('utf8').on('data', (part: string) => {
      this.text += part;
    });
    this.socket.on('error', () => {});
  }

  async exchange(bytes: string): Promise<string> {
    this.socket.write(bytes);
    await once(this.socket, 'close');
    return this.text;
  }
}

const head = (lines: readonly string[]): string =>
  `${['POST /execute HTTP/1.1', 'Host: localhost', ...lines].join('\r\n')}\r\n\r\n`;

test('unknown routes are 404, known ones with another method 405 with Allow', async () => {
  service = await Service.open();
  for (const path of ['/nope', '/execute/', '/result', '/result/', '//graphql', '/graphql/', '/%00']) {
    const answer = await service.get(path);
    expect(answer.status, path).toBe(404);
    expect(await answer.json()).toEqual({ error: expect.any(String) });
  }
  for (const [path, method, allow] of [
    ['/execute', 'GET', 'POST'],
    ['/result/x', 'DELETE', 'GET, HEAD'],
    ['/result/x/stream', 'POST', 'GET'],
    ['/cleanup/x', 'GET', 'DELETE'],
    ['/health', 'PUT', 'GET, HEAD'],
    ['/graphql', 'PUT', 'GET, POST'],
  ] as const) {
    const answer = await service.get(path, {}, { method });
    expect(answer.status, path).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
  }
});

test('every answer has a correlation id: the one that was given when it is sane', async () => {
  service = await Service.open();
  expect((await service.get('/livez', { 'x-request-id': 'abc-1' })).headers.get('x-request-id')).toBe(
    'abc-1',
  );
  for (const id of ['a b', 'x'.repeat(65), '']) {
    expect((await service.get('/nope', { 'x-request-id': id })).headers.get('x-request-id')).toMatch(
      /^[0-9a-f-]{36}$/,
    );
  }
});

test('what is no expected failure is masked, with the id, and logged once', async () => {
  service = await Service.open({ replace: { get: () => Promise.reject(new Error('password=hunter2')) } });
  const answer = await service.get('/result/01890000-0000-7000-8000-000000000000', {
    'x-request-id': 'find-me',
  });
  expect(answer.status).toBe(500);
  const body = await answer.text();
  expect(body).toContain('find-me');
  expect(body).not.toContain('hunter2');
  const errors = service.log.filter(({ level }) => level === 'error');
  expect(errors).toEqual([
    expect.objectContaining({
      requestId: 'find-me',
      err: expect.objectContaining({ message: 'password=hunter2' }),
    }),
  ]);
});

describe('bodies', () => {
  test('a length over the limit is refused before it is sent', async () => {
    service = await Service.open();
    const wire = new Wire(service.url);
    const answer = await wire.exchange(
      head(['Content-Type: application/json', `Content-Length: ${BODY_BYTES + 1}`, 'Expect: 100-continue']),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).not.toContain('100 Continue');
  });

  test('a body is asked for when the client waits for leave', async () => {
    service = await Service.open();
    const wire = new Wire(service.url);
    wire.socket.write(
      head([
        'Content-Type: application/json',
        'Content-Length: 2',
        'Expect: 100-continue',
        'Connection: close',
      ]),
    );
    await until(
      () => wire.text,
      (text) => text.includes('100 Continue'),
    );
    expect(await wire.exchange('{}')).toContain('HTTP/1.1 400 ');
  });

  test('a chunked body is counted while it arrives', async () => {
    service = await Service.open();
    const wire = new Wire(service.url);
    wire.socket.write(head(['Content-Type: application/json', 'Transfer-Encoding: chunked']));
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    let sent = 0;
    while (!wire.text.includes('\r\n\r\n') && sent < 4 * BODY_BYTES) {
      if (!wire.socket.write(chunk))
        await Promise.race([once(wire.socket, 'drain'), once(wire.socket, 'close')]);
      sent += chunk.length;
    }
    expect(wire.text).toMatch(/^HTTP\/1\.1 413 /);
    wire.socket.destroy();
  });

  test('a client that goes away in the middle of its body leaves nothing behind', async () => {
    service = await Service.open();
    const wire = new Wire(service.url);
    wire.socket.write(head(['Content-Type: application/json', 'Content-Length: 100']));
    wire.socket.write('{');
    await once(wire.socket, 'connect');
    wire.socket.destroy();
    await until(
      () => service.log.filter(({ route }) => route === 'execute'),
      (lines) => lines.length === 1,
    );
    expect(service.log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test.each([
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['cut off', Buffer.from('{"code": "')],
    ['empty', Buffer.alloc(0)],
  ])('a body that is %s is 400', async (_what, body) => {
    service = await Service.open();
    for (const path of ['/execute', '/graphql']) {
      const answer = await fetch(service.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(answer.status).toBe(400);
    }
  });
});

describe('connections', () => {
  test('headers that dribble in are not waited for', async () => {
    service = await Service.open({ bounds: { timeouts: { ...TIMEOUTS, headersMs: 50 } } });
    const wire = new Wire(service.url);
    expect(await wire.exchange('GET / HTTP/1.1\r\nHost: localhost\r\n')).toMatch(/^HTTP\/1\.1 408 |^$/);
  });

  test('a client that does not read its answer is cut, also one of an event stream', async () => {
    service = await Service.open({
      bounds: { timeouts: { ...TIMEOUTS, stalledMs: 200 } },
    });
    const { id, run } = await service.start();
    await run.printAll(Array.from({ length: 1000 }, () => `${'x'.repeat(16_000)}\n`));
    for (const [route, path] of [
      ['result', `/result/${id}`],
      ['stream', `/result/${id}/stream`],
    ] as const) {
      const { socket } = new Wire(service.url);
      socket.pause();
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      await until(
        () => service.log.filter((line) => line['route'] === route),
        (lines) => lines.some(({ cut }) => cut === true),
      );
      socket.destroy();
    }
  });

  test('one that reads is not, however quiet the program is', async () => {
    service = await Service.open({
      bounds: { timeouts: { ...TIMEOUTS, stalledMs: 200 }, keepAliveMs: 20 },
    });
    const { id, run } = await service.start();
    const wire = new Wire(service.url);
    wire.socket.write(`GET /result/${id}/stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    await until(
      () => wire.text.split(':\n\n').length,
      (comments) => comments > 20,
    );
    run.end();
    await once(wire.socket, 'close');
    expect(wire.text).toContain('event: end');
  });

  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['no Host', 'GET /livez HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
    [
      'huge headers',
      `GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431 /,
    ],
    ['no Host in HTTP 1.0', 'GET /livez HTTP/1.0\r\n\r\n', /^HTTP\/1\.1 403 /],
  ])('%s', async (_what, bytes, answer) => {
    service = await Service.open();
    expect(await new Wire(service.url).exchange(bytes)).toMatch(answer);
  });

  test('an offer to upgrade to something else is answered in HTTP/1.1', async () => {
    service = await Service.open();
    const answer = await new Wire(service.url).exchange(
      'GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});
