import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { SEED, TIMEOUT_MS, TIMES } from './support/amount.ts';
import { attackedServer } from './support/attacked-server.ts';
import { Choices } from './support/choices.ts';
import { randomConversation, randomFrame } from './support/messages.ts';
import { openWire, over, repeat } from './support/wire.ts';

const CONVERSATIONS = 180 * TIMES;
const FRAMES = 250 * TIMES;

/** What the protocols have for a breach of them; 1005 and 1006 are a socket that we have left ourselves. */
const CODES = [1000, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 4400, 4401, 4403, 4406, 4409, 4429];
const UPGRADE = [
  'GET /graphql HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Protocol: graphql-transport-ws',
  '',
  '',
].join('\r\n');

test(
  `${CONVERSATIONS} random conversations and ${FRAMES} random sequences of frames over WebSocket`,
  async () => {
    await using server = await attackedServer();
    const codes = new Set<number>();
    await repeat(CONVERSATIONS, 8, async (index) => {
      const choices = new Choices(SEED, index);
      const messages = randomConversation(choices);
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      socket.on('error', () => {});
      const closed = new Promise<number>((resolve) => socket.once('close', resolve));
      await new Promise((resolve) => socket.once('open', resolve).once('close', resolve));
      for (const message of messages) socket.send(message);
      // Answered once all before it was read; or the socket is closed.
      socket.ping();
      await new Promise((resolve) => socket.once('pong', resolve).once('close', resolve));
      if (choices.chance(0.5)) socket.close();
      else socket.terminate();
      codes.add(await closed);
    });
    await repeat(FRAMES, 8, async (index) => {
      const choices = new Choices(SEED, index);
      const socket = await openWire(server.port);
      socket.write(UPGRADE);
      await new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
      for (const frame of choices.some(5, () => randomFrame(choices))) socket.write(frame);
      await over(socket, 20);
      if (choices.chance(0.5)) socket.resetAndDestroy();
      else socket.destroy();
    });
    await server.unharmed();
    expect([...codes].filter((code) => !CODES.includes(code))).toEqual([]);
    for (const code of [4400, 4401, 1009]) expect([...codes]).toContain(code);
  },
  TIMEOUT_MS,
);
