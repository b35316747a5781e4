import type { GraphQLRequest } from '../client/http.ts';
import { Order } from '../client/run.ts';
import { GraphQLSocket } from '../client/socket.ts';
import { received, runChild, send } from './child.ts';

/** What viewers of one process do. */
export interface Viewing {
  readonly url: string;
  readonly operation: GraphQLRequest;
  readonly sockets: number;
  /** Subscriptions of each socket. */
  readonly each: number;
  /** How long after the start all sockets are cut, milliseconds; null: each viewer stays to the end. */
  readonly cutAfterMs: number | null;
}

interface Event {
  readonly output: {
    readonly chunks?: readonly { readonly seq: number; readonly text: string }[];
    readonly ended: boolean;
  };
}

const OPENING = 16;

async function open({ url, sockets }: Viewing): Promise<GraphQLSocket[]> {
  const opened: GraphQLSocket[] = [];
  let left = sockets;
  await Promise.all(
    Array.from({ length: Math.min(OPENING, sockets) }, async () => {
      while (left-- > 0) opened.push(await GraphQLSocket.open(url));
    }),
  );
  return opened;
}

/** Resolves at the end. @throws Error when a chunk is missing, twice or out of order, or the end does not come */
function view(socket: GraphQLSocket, operation: GraphQLRequest): Promise<void> {
  const order = new Order();
  return new Promise((resolve, reject) => {
    socket.subscribe<Event>(operation, {
      next: ({ output: { chunks = [], ended } }) => order.check({ chunks, ended, execution: { status: '' } }),
      complete: () =>
        order.ended ? resolve() : reject(new Error(`expected the end, got none after ${order.seq}`)),
      failed: reject,
    });
  });
}

runChild(async () => {
  const messages = received();
  const task = (await messages.next()).value as Viewing;
  const sockets = await open(task);
  await send({ isReady: true });
  await messages.next();
  const views = sockets.flatMap((socket) =>
    Array.from({ length: task.each }, () => view(socket, task.operation)),
  );
  if (task.cutAfterMs === null) {
    await Promise.all(views);
  } else {
    for (const one of views) one.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, task.cutAfterMs ?? 0));
    for (const socket of sockets) socket.cut();
  }
  await send({ isDone: true });
});
