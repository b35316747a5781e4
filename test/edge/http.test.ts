import { expect, test } from 'vitest';
import { SEED, TIMEOUT_MS, TIMES } from './support/amount.ts';
import { attackedServer } from './support/attacked-server.ts';
import { Choices } from './support/choices.ts';
import { randomRequest } from './support/requests.ts';
import { openWire, over, repeat, statusesOf } from './support/wire.ts';

const REQUESTS = 1500 * TIMES;

test(
  `${REQUESTS} random requests over HTTP`,
  async () => {
    await using server = await attackedServer();
    const statuses = new Map<number, number>();
    await repeat(REQUESTS, 16, async (index) => {
      const choices = new Choices(SEED, index);
      const bytes = randomRequest(choices);
      const text = await send(server.port, bytes, choices);
      for (const status of statusesOf(text)) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // A defect of ours, however wrong the request was.
        expect([status, index, bytes.toString('latin1')]).not.toEqual([500, index, expect.anything()]);
      }
    });
    await server.unharmed();
    // Requests of all kinds got through to what they are for, and were refused.
    for (const status of [200, 400, 401, 403, 404, 405]) expect([...statuses.keys()]).toContain(status);
  },
  TIMEOUT_MS,
);

/** Sends as clients do that are slow, impatient or gone; resolves to what came back. */
async function send(port: number, bytes: Buffer, choices: Choices): Promise<string> {
  const socket = await openWire(port);
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  const way = choices.below(6);
  const cut = choices.below(bytes.length + 1);
  const gone = over(socket, 60);
  if (way === 0) {
    socket.write(bytes.subarray(0, cut));
    setImmediate(() => socket.write(bytes.subarray(cut)));
  } else if (way === 1) {
    socket.end(bytes);
  } else {
    socket.write(bytes);
  }
  if (way === 2) {
    socket.resetAndDestroy();
    return text;
  }
  await gone;
  socket.destroy();
  return text;
}
