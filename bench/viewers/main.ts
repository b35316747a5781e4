import { once } from 'node:events';
import { type Watched, watching } from '../client/operations.ts';
import { Order } from '../client/run.ts';
import { GraphQLSocket } from '../client/socket.ts';
import { calibratedClock } from '../programs/clock.ts';
import type { Sight, Task } from './crowd.ts';

/** Sockets that are opened at the same time. */
const OPENING = 32;

const now = calibratedClock();
const lastAt = new Map<string, number>();
let endedAt = 0;
let events = 0;

function tell(message: unknown): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

/** One viewer on a WebSocket of its own; the outer promise resolves when it has subscribed, the inner one at the end. */
async function view({ url, id }: Task): Promise<{ ended: Promise<void> }> {
  const socket = await GraphQLSocket.open(url);
  const order = new Order();
  const ended = new Promise<void>((resolve, reject) => {
    socket.subscribe<Watched>(watching(id), {
      next: ({ output }) => {
        order.check(output);
        const at = now();
        events++;
        for (const { text } of output.chunks) lastAt.set(text, at);
        if (!output.ended) return;
        endedAt = at;
        resolve();
      },
      complete: () => {
        if (!order.ended) reject(new Error(`expected the end, got none after chunk ${order.seq}`));
      },
      failed: reject,
    });
  });
  ended.catch(() => {});
  return { ended };
}

async function main(): Promise<void> {
  const [task] = (await once(process, 'message')) as [Task];
  const ends: Promise<void>[] = [];
  let left = task.count;
  await Promise.all(
    Array.from({ length: OPENING }, async () => {
      while (left-- > 0) ends.push((await view(task)).ended);
    }),
  );
  await tell('watching');
  await Promise.all(ends);
  const lines = [...lastAt].flatMap(([text, at]) =>
    text
      .trim()
      .split('\n')
      .map((line) => ({ printedAt: Number(line), lastAt: at })),
  );
  await tell({ lines, endedAt, events } satisfies Sight);
}

main().then(
  () => process.exit(0),
  async (error: unknown) => {
    await tell(String(error));
    process.exit(1);
  },
);
