import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Service } from '../support/service.ts';
import { RawClient } from '../support/socket.ts';
import { until } from '../support/until.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
const VERSION = 'Sec-WebSocket-Version: 13';

/** Sockets of this process, the server's and the client's. */
const sockets = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;

const upgrade = (target: string, lines: readonly string[]): string =>
  [`GET ${target} HTTP/1.1`, 'Connection: Upgrade', 'Upgrade: websocket', ...lines, '', ''].join('\r\n');

async function open(url: string): Promise<Socket> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

describe('a refused upgrade leaves no socket behind', () => {
  test.each<[string, string, string]>([
    ['of a path that is none', '404', upgrade('/x', ['Host: localhost', KEY, VERSION])],
    ['of a foreign host', '403', upgrade('/graphql', ['Host: evil.example', KEY, VERSION])],
    [
      'of a foreign page',
      '403',
      upgrade('/graphql', ['Host: localhost', 'Origin: http://evil.example', KEY, VERSION]),
    ],
    ['with two hosts', '400', upgrade('/graphql', ['Host: localhost', 'Host: localhost', KEY, VERSION])],
    ['without a key', '400', upgrade('/graphql', ['Host: localhost', VERSION])],
    ['of another version', '400', upgrade('/graphql', ['Host: localhost', KEY, 'Sec-WebSocket-Version: 7'])],
    [
      'with another method',
      '400',
      upgrade('/graphql', ['Host: localhost', KEY, VERSION]).replace('GET', 'POST'),
    ],
    [
      'with a protocol that is no token',
      '400',
      upgrade('/graphql', ['Host: localhost', KEY, VERSION, 'Sec-WebSocket-Protocol: ,']),
    ],
    ['that is no HTTP', '400', 'GET /\0 HTTP/1.1\r\n\r\n'],
  ])('%s', async (_what, status, request) => {
    service = await Service.open();
    const before = sockets();
    const clients = await Promise.all(Array.from({ length: 20 }, () => open(service.url)));
    for (const [index, client] of clients.entries()) {
      client.write(request);
      client.once('data', (answer) => {
        expect(String(answer)).toContain(`HTTP/1.1 ${status}`);
        // Some close, having sent something more; the others keep their half open and say nothing.
        if (index % 2 === 0) client.end('X');
      });
      client.resume();
    }
    // Ten are the clients' own halves.
    await until(sockets, (now) => now <= before + 10);
    for (const client of clients) client.destroy();
    await until(sockets, (now) => now <= before);
  });

  test('beyond the bound of sockets, and while draining', async () => {
    service = await Service.open({ bounds: { maxSockets: 1 } });
    const first = await new RawClient(service.webSocketUrl).init();
    const before = sockets();
    const refused = async (): Promise<void> => {
      const client = await open(service.url);
      client.write(upgrade('/graphql', ['Host: localhost', KEY, VERSION]));
      expect(String((await once(client, 'data'))[0])).toContain('HTTP/1.1 503');
      client.end('X');
      client.resume();
      await until(sockets, (now) => now <= before);
    };
    await refused();
    service.server.drain();
    await refused();
    await first.close();
  });
});

test('a server closes with sockets of refused upgrades that stay half open', async () => {
  service = await Service.open({ config: { shutdownGraceMs: 50 } });
  const before = sockets();
  const client = await open(service.url);
  client.write(upgrade('/x', ['Host: localhost']));
  await once(client, 'data');
  client.write('X');
  await service.server.close();
  // The listening socket is no TCPSocketWrap: what is left is the client's own.
  await until(sockets, (now) => now <= before + 1);
  client.destroy();
});
