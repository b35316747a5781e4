import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../connection/endpoint.ts';
import { type ConnectionObserver, followOutput, type OutputEvent } from '../connection/follow.ts';
import { request } from '../connection/request.ts';
import { CommandError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type { WatchStatusQuery } from '../generated/graphql.ts';

const WatchStatus = graphql(`
  query WatchStatus($id: ID!) {
    execution(id: $id) {
      status
      message
      queuePosition
    }
  }
`);

/** How an execution stands while it has not ended. */
export type Standing = NonNullable<WatchStatusQuery['execution']>;
/** How it ended. */
export type End = OutputEvent['execution'];

/** Whoever watches an execution. Calls come one after another but for those of the connection. */
export interface RunObserver extends ConnectionObserver {
  /** How it stands; the same may come again. Null: nobody wants to know. */
  readonly status: ((standing: Standing) => void | Promise<void>) | null;
  chunks(chunks: OutputEvent['chunks']): Promise<void>;
}

/** The place in the queue changes without an event, milliseconds between two questions for it. */
const POLL_MS = 1000;
/** When it is asked for first; most programs run by then. */
const FIRST_POLL_MS = 250;

/**
 * Follows an execution from chunk number `after` on and resolves to its end. While it waits its place in the queue and why
 * it waits are asked for as well.
 * @throws ServiceError, CommandError; what the observer throws; the signal's reason once that is aborted
 */
export async function observe(
  endpoint: Endpoint,
  id: string,
  after: number,
  observer: RunObserver,
  signal: AbortSignal,
): Promise<End> {
  const polling = new AbortController();
  if (observer.status) {
    pollStanding(endpoint, id, observer.status, polling.signal).catch(() => {
      // Following says what is wrong.
    });
  }
  try {
    for await (const event of followOutput(endpoint, id, after, signal, observer)) {
      const { status, message } = event.execution;
      if (status !== 'QUEUED' && status !== 'STARTING') polling.abort();
      if (!event.ended) await observer.status?.({ status, message, queuePosition: null });
      if (event.chunks.length > 0) await observer.chunks(event.chunks);
      if (event.ended) return event.execution;
    }
  } finally {
    polling.abort();
  }
  throw new CommandError(`The output of ${id} stopped before its end.`);
}

async function pollStanding(
  endpoint: Endpoint,
  id: string,
  tell: NonNullable<RunObserver['status']>,
  signal: AbortSignal,
): Promise<void> {
  for (let waitMs = FIRST_POLL_MS; ; waitMs = POLL_MS) {
    await sleep(waitMs, undefined, { signal, ref: false });
    const { execution } = await request(endpoint, WatchStatus, { id }, signal);
    if (!execution || signal.aborted) return;
    const { status } = execution;
    if (status !== 'QUEUED' && status !== 'STARTING' && status !== 'RUNNING') return;
    await tell(execution);
    if (status === 'RUNNING') return;
  }
}
