import { type Executed, executing, type Program, submitted, type Watched, watching } from './operations.ts';
import type { GraphQLSocket } from './socket.ts';

/** What one viewer saw of a run, milliseconds of `performance.now()`. */
export interface Seen {
  readonly id: string;
  readonly submittedAt: number;
  readonly firstOutputAt: number;
  readonly endedAt: number;
  readonly status: string;
}

/** What is done with each event as it comes. */
export type OnEvent = (event: Watched['output'], id: string) => void;

/** Submits a program and watches it to its end, over one WebSocket. */
export async function runAndWatch(
  socket: GraphQLSocket,
  program: Program,
  onEvent: OnEvent = () => {},
): Promise<Seen> {
  const submittedAt = performance.now();
  const id = submitted(await socket.ask<Executed>(executing(program)));
  let firstOutputAt = Number.NaN;
  let status = '';
  await watch(socket, id, (event) => {
    if (Number.isNaN(firstOutputAt) && event.chunks.length > 0) firstOutputAt = performance.now();
    if (event.ended) status = event.execution.status;
    onEvent(event, id);
  });
  return { id, submittedAt, firstOutputAt, endedAt: performance.now(), status };
}

/** Watches until the end. @throws Error when a chunk is missing, twice or out of order, or the end does not come */
export function watch(socket: GraphQLSocket, id: string, onEvent: OnEvent): Promise<void> {
  const order = new Order();
  return new Promise((resolve, reject) => {
    socket.subscribe<Watched>(watching(id), {
      next: ({ output }) => {
        try {
          order.check(output);
          onEvent(output, id);
        } catch (error) {
          reject(error);
        }
      },
      complete: () => {
        if (order.ended) resolve();
        else reject(new Error(`expected the end, but the subscription was over after chunk ${order.seq}`));
      },
      failed: reject,
    });
  });
}

/** Holds what one viewer gets against what it must be: 1, 2, 3, … and then the end. */
export class Order {
  seq = 0;
  ended = false;

  check({ chunks, ended }: Watched['output']): void {
    if (this.ended) throw new Error(`expected nothing after the end, got ${chunks.length} chunks`);
    for (const { seq } of chunks) {
      if (seq !== this.seq + 1) throw new Error(`expected chunk ${this.seq + 1}, got ${seq}`);
      this.seq = seq;
    }
    this.ended = ended;
  }
}

/** @throws Error for a run that did not end as it should */
export function mustSucceed(seen: Seen): Seen {
  if (seen.status === 'SUCCEEDED') return seen;
  throw new Error(`expected execution ${seen.id} to succeed, got ${seen.status}`);
}
