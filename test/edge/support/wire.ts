import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP connection that keeps its half open whatever the other side does. */
export async function openWire(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Resolves when the other side has closed, or nothing has come or gone for `quietMs`. */
export function over(socket: Socket, quietMs: number): Promise<void> {
  return new Promise((resolve) => {
    socket
      .setTimeout(quietMs, resolve)
      .on('end', resolve)
      .on('close', () => resolve());
  });
}

/** What comes back for these bytes until the server closes, or nothing has come for `quietMs`; then closes. */
export async function exchange(port: number, bytes: Buffer | string, quietMs = 100): Promise<string> {
  const socket = await openWire(port);
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  socket.write(bytes);
  await over(socket, quietMs);
  socket.destroy();
  return Buffer.concat(parts).toString('latin1');
}

/** Runs `count` of them, `width` at once. */
export async function repeat(
  count: number,
  width: number,
  run: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: width }, work));
}

/** The status of each answer in what came back: one may begin right behind the body of another. */
export function statusesOf(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
