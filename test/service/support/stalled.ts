import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { WATCH } from './output.ts';

/** A viewer that asks for an SSE stream and then never reads a byte. */
export async function stalledStream(url: string, id: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.pause();
  socket.write(`GET /result/${id}/stream HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  return socket;
}

/** A viewer that subscribes over a WebSocket and then never reads a byte. */
export async function stalledSocket(url: string, id: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  socket.pause();
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: WATCH, variables: { id } } }));
  return socket;
}
