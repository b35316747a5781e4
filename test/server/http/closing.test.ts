import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { closeListener, listen, trackConnections } from '../../../src/server/http/listener.ts';

test('closing ends with a connection that Node has forgotten, because it speaks something else', async () => {
  const server = createServer({ shouldUpgradeCallback: () => true });
  const connections = trackConnections(server);
  const upgraded = once(server, 'upgrade');
  const { url } = await listen(server, '127.0.0.1', 0);
  const client = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
  client.on('error', () => {});
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  await upgraded;
  client.end('X');
  expect(connections.size).toBe(1);
  await Promise.all([closeListener(server, connections, 0), closeListener(server, connections, 0)]);
  expect([...connections].filter(({ destroyed }) => !destroyed)).toEqual([]);
  client.destroy();
});
