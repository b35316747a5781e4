import { type Client, createClient } from 'graphql-ws/client';
import { graphql } from '../generated/gql.ts';
import type {
  FollowSessionSubscription,
  FollowSubscription,
  TypedDocumentString,
} from '../generated/graphql.ts';
import { apiKey, askForKey } from './key.ts';
import { noteAnswer, waitForRetry } from './outage.ts';
import { RefusedError } from './request.ts';
import { FollowSession, type Session } from './sessions.ts';

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
  let after = 0;
  const take = ({ output }: FollowSubscription): boolean => {
    after = output.cursor;
    onEvent(output);
    return output.ended;
  };
  await follow(Follow, () => ({ id, after }), take, signal);
}

/**
 * Follows a session: as it is, then at each change of its status, until it has ended. After a cut it begins with the session as
 * it is then.
 * @throws RefusedError when there is no such session; the reason of `signal`
 */
export async function followSession(
  id: string,
  onEvent: (session: Session) => void,
  signal: AbortSignal,
): Promise<void> {
  const take = ({ session }: FollowSessionSubscription): boolean => {
    onEvent(session);
    return session.status === 'ENDED';
  };
  await follow(FollowSession, () => ({ id }), take, signal);
}

/**
 * Subscribes, again after each cut, until an event is the last one.
 * @param onEvent tells whether it is
 */
async function follow<TResult, TVariables extends Record<string, unknown>>(
  document: TypedDocumentString<TResult, TVariables>,
  variables: () => TVariables,
  onEvent: (event: TResult) => boolean,
  signal: AbortSignal,
): Promise<void> {
  let [ended, failures] = [false, 0];
  while (!ended) {
    const key = apiKey.value;
    const operation = { query: document.toString(), variables: variables() };
    const end = await subscribe<TResult>(connectionWith(key), operation, signal, (event) => {
      failures = 0;
      noteAnswer();
      ended = onEvent(event);
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

let shared: { readonly key: string | null; readonly client: Client } | null = null;

/** The connection of everything that is followed with that key. It is there while anything is, and opens again after a cut. */
function connectionWith(key: string | null): Client {
  if (shared?.key !== key) shared = { key, client: connect(key) };
  return shared.client;
}

function connect(key: string | null): Client {
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
      closed: () => clearTimeout(pongTimer),
    },
  });
  return client;
}

function subscribe<TResult>(
  client: Client,
  operation: { query: string; variables: Record<string, unknown> },
  signal: AbortSignal,
  onEvent: (event: TResult) => void,
): Promise<End> {
  return new Promise<End>((resolve) => {
    const unsubscribe = client.subscribe<TResult>(operation, {
      next: ({ data, errors }) => {
        if (data) onEvent(data);
        else if (errors) resolve(endOf(errors));
      },
      error: (error) => resolve(endOf(error)),
      complete: () => resolve('completed'),
    });
    const leave = (): void => {
      resolve('completed');
      unsubscribe();
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
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
