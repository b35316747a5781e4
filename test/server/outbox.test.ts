import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { UNREAD_EVENTS_BYTES } from '../../src/bounds.ts';
import { Outbox, type Unread } from '../../src/server/websocket/outbox.ts';

const KiB = 1024;
const EVENT = Buffer.alloc(64 * KiB);

/** As much of a WebSocket as an outbox knows, read by the test. */
class Socket {
  readonly OPEN = 1;
  readyState = 1;
  readonly isPaused = false;
  bufferedAmount = 0;
  most = 0;
  readonly #written: (() => void)[] = [];

  send(data: Buffer, _options: object, written: () => void): void {
    this.bufferedAmount += data.length;
    this.most = Math.max(this.most, this.bufferedAmount);
    this.#written.push(() => {
      this.bufferedAmount -= data.length;
      written();
    });
  }

  /** The client reads one message; false when there is none. */
  read(): boolean {
    const written = this.#written.shift();
    written?.();
    return written !== undefined;
  }

  outbox(unread: Unread): Outbox {
    return new Outbox(this as unknown as WebSocket, unread);
  }
}

async function sendEvents(outbox: Outbox, count: number): Promise<number> {
  for (let event = 0; event < count; event++) {
    await outbox.mayWrite();
    await outbox.send(EVENT);
  }
  return count;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('subscriptions of one socket hold 256 KiB together, and each gets on as its client reads', async () => {
  const socket = new Socket();
  const unread = { bytes: 0 };
  const outbox = socket.outbox(unread);
  const all = Promise.all(Array.from({ length: 100 }, () => sendEvents(outbox, 3)));
  await turn();
  expect(socket.bufferedAmount).toBe(256 * KiB);
  for (let read = 0; read < 300; read++) {
    expect(socket.read()).toBe(true);
    await turn();
  }
  expect(await all).toHaveLength(100);
  expect(socket.most).toBe(256 * KiB);
  expect(unread.bytes).toBe(0);
});

test('where too much is unread on all sockets together, each has one event under way', async () => {
  const unread = { bytes: UNREAD_EVENTS_BYTES };
  const sockets = Array.from({ length: 20 }, () => new Socket());
  const all = sockets.map((socket) => sendEvents(socket.outbox(unread), 5));
  await turn();
  expect(sockets.map(({ bufferedAmount }) => bufferedAmount)).toEqual(Array(20).fill(EVENT.length));
  for (let read = 0; read < 5; read++) {
    for (const socket of sockets) socket.read();
    await turn();
  }
  expect(await Promise.all(all)).toEqual(Array(20).fill(5));
  expect(unread.bytes).toBe(UNREAD_EVENTS_BYTES);
});

test('nobody waits on a socket that is gone', async () => {
  const socket = new Socket();
  const outbox = socket.outbox({ bytes: 0 });
  const all = Promise.all(Array.from({ length: 10 }, () => sendEvents(outbox, 2)));
  await turn();
  socket.readyState = 3;
  while (socket.read()) await turn();
  expect(await all).toHaveLength(10);
});
