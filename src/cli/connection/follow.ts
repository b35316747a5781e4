import { setTimeout as sleep } from 'node:timers/promises';
import { backOffMs } from '../../async/back-off.ts';
import { CommandError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type { FollowOutputSubscription, WatchStatusQuery } from '../generated/graphql.ts';
import type { Endpoint } from './endpoint.ts';
import { BACK_OFF, request } from './request.ts';
import { ConnectionLostError, subscribe } from './subscribe.ts';

const FollowOutput = graphql(`
  subscription FollowOutput($id: ID!, $after: Int!) {
    output(id: $id, after: $after) {
      chunks {
        seq
        stream
        text
        at
      }
      cursor
      ended
      execution {
        status
        endReason
        exitCode
        signal
        message
      }
    }
  }
`);

/** Chunks in order, and in the last event the end. */
export type OutputEvent = FollowOutputSubscription['output'];

/** Attempts in a row without a new chunk before it is given up; with the back-off about 45 s. */
const ATTEMPTS = 15;
/** A connection that lasted this long was a good one though nothing was printed, milliseconds. */
const GOOD_CONNECTION_MS = 10_000;

/** What a follower is told of its connection. */
interface ConnectionObserver {
  /** It is lost, and will be opened again. @param attempt how many in a row did not help yet, from 1 on */
  lost(reason: string, attempt: number): void;
  /** It is open, the first time or again. */
  connected(): void;
}

const UNOBSERVED: ConnectionObserver = { lost: () => {}, connected: () => {} };

/**
 * Follows an execution's output from chunk number `after` on to its end, across cut connections: each attempt continues
 * behind the last chunk seen, so every chunk comes once. The last event has `ended: true`.
 * @throws ServiceError, CommandError; the signal's reason once that is aborted
 */
export async function* followOutput(
  endpoint: Endpoint,
  id: string,
  after: number,
  signal: AbortSignal,
  observer: ConnectionObserver = UNOBSERVED,
): AsyncGenerator<OutputEvent, void, undefined> {
  let cursor = after;
  for (let failures = 0; ; ) {
    const begin = performance.now();
    let reason = 'The server ended the subscription before the execution ended.';
    try {
      const variables = { id, after: cursor };
      const connected = () => observer.connected();
      for await (const { output } of subscribe(endpoint, FollowOutput, variables, signal, connected)) {
        checkNumbers(output, cursor);
        if (output.cursor > cursor) failures = 0;
        cursor = output.cursor;
        yield output;
        if (output.ended) return;
      }
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) throw error;
      reason = error.message;
    }
    if (performance.now() - begin > GOOD_CONNECTION_MS) failures = 0;
    failures++;
    if (failures > ATTEMPTS) {
      throw new CommandError(
        `${reason} Gave up after ${ATTEMPTS} attempts; continue with "podline logs ${id} -f --after ${cursor}".`,
      );
    }
    observer.lost(reason, failures);
    await sleep(backOffMs(failures, BACK_OFF), undefined, { signal });
  }
}

/** A gap or a repeat must not pass for the program's output. */
function checkNumbers(event: OutputEvent, cursor: number): void {
  let expected = cursor;
  for (const { seq } of event.chunks) {
    expected++;
    if (seq !== expected) throw new CommandError(`Expected output chunk ${expected}, got ${seq}.`);
  }
}

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
