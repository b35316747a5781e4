import { createClient } from 'graphql-ws/client';
import { graphql } from '../generated/gql.ts';
import type { FollowSubscription } from '../generated/graphql.ts';
import { apiKey, askForKey } from './key.ts';
import { noteAnswer, waitForRetry } from './outage.ts';
import { RefusedError } from './request.ts';

/** A ping after so much silence, and how long its answer may take, milliseconds: a dead line says nothing by itself. */
const PING_AFTER_MS = 15_000;
const PONG_WITHIN_MS = 8000;
/** graphql-ws: the key was none of the server's. */
const FORBIDDEN = 4403;

const Follow = graphql(`
  subscription Follow($id: ID!, $after: Int!) {
    output(id: $id, after: $after) {
      chunks {
        seq
        stream
        text
      }
      cursor
      ended
      execution {
        ...Watched
      }
    }
  }
`);

/** One event of the output. */
export type OutputEvent = FollowSubscription['output'];

/** How one subscription ended. */
type End = 'completed' | 'lost' | 'forbidden' | RefusedError;

/**
 * Follows an output from its beginning to its end. After a cut it goes on where it was, without a gap or a repeat, as
 * often as it takes.
 * @throws RefusedError when there is no such execution; the reason of `signal`
 */
export async function followOutput(
  id: string,
  onEvent: (event: OutputEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  let [cursor, ended, failures] = [0, false, 0];
  while (!ended) {
    const key = apiKey.value;
    const end = await subscribe({ id, after: cursor }, key, signal, (event) => {
      [cursor, ended, failures] = [event.cursor, event.ended, 0];
      noteAnswer();
      onEvent(event);
    });
    signal.throwIfAborted();
    if (end instanceof RefusedError) throw end;
    if (end === 'forbidden') await askForKey(key);
    else if (!ended) {
      failures++;
      await waitForRetry(failures, signal);
    }
  }
}

function subscribe(
  variables: { id: string; after: number },
  key: string | null,
  signal: AbortSignal,
  onEvent: (event: OutputEvent) => void,
): Promise<End> {
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    ...(key === null ? {} : { connectionParams: { authorization: `Bearer ${key}` } }),
    // It would begin again where the first subscription began.
    retryAttempts: 0,
    keepAlive: PING_AFTER_MS,
    on: {
      ping: (received) => {
        if (!received) pongTimer = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong: () => clearTimeout(pongTimer),
    },
  });
  return new Promise<End>((resolve) => {
    const unsubscribe = client.subscribe<FollowSubscription>(
      { query: Follow.toString(), variables },
      {
        next: ({ data, errors }) => {
          if (data) onEvent(data.output);
          else if (errors) resolve(endOf(errors));
        },
        error: (error) => resolve(endOf(error)),
        complete: () => resolve('completed'),
      },
    );
    signal.addEventListener('abort', () => {
      resolve('completed');
      unsubscribe();
    });
  }).finally(() => {
    clearTimeout(pongTimer);
    void client.dispose();
  });
}

/** What graphql-ws says of an end: errors of GraphQL, how the socket closed, or that it did not open. */
function endOf(error: unknown): End {
  if (error instanceof CloseEvent) return error.code === FORBIDDEN ? 'forbidden' : 'lost';
  const [first] = Array.isArray(error)
    ? (error as { message: string; extensions?: { code?: string } }[])
    : [];
  if (!first) return 'lost';
  const code = first.extensions?.code ?? 'UNKNOWN';
  return code === 'UNAVAILABLE' ? 'lost' : new RefusedError(code, first.message);
}
