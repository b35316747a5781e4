import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { asHttpError } from '../http/http-error.ts';

/** Answers an upgrade request that is not granted, closes, and says how it was answered. */
export function refuseUpgrade(socket: Duplex, error: unknown): { status: number; message: string } {
  const { status, message, headers } = asHttpError(error) ?? {
    status: 500,
    message: 'The upgrade failed.',
    headers: {},
  };
  const body = JSON.stringify({ error: message });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.on('error', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
  return { status, message };
}
