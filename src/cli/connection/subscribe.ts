import { CloseCode, createClient } from 'graphql-ws/client';
import WebSocket from 'ws';
import { CommandError } from '../errors.ts';
import type { TypedDocumentString } from '../generated/graphql.ts';
import { displayUrl, type Endpoint } from './endpoint.ts';
import { AWAY_STATUSES, type GraphQLFailure, toServiceError } from './request.ts';

/** A subscription ended before its end, for a reason that may pass: it can be continued from its cursor. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

/** A ping after this much silence, and how long its answer may take, milliseconds: a dead line says nothing by itself. */
const PING_AFTER_MS = 15_000;
const PONG_WITHIN_MS = 10_000;
/** Events that may wait for a slow reader before the socket is paused; an event holds up to 64 KiB of text. */
const WAITING_EVENTS = 8;

/** With which a server closes that ends, or is about to be replaced. */
const GOING_AWAY = 1001;
/** Closed by the server for something that another attempt would meet again. */
const FATAL_CLOSE_CODES: ReadonlySet<number> = new Set([
  CloseCode.BadRequest,
  CloseCode.Unauthorized,
  CloseCode.Forbidden,
  CloseCode.SubprotocolNotAcceptable,
]);

/**
 * One subscription over one WebSocket of its own, as an iterable that holds the socket back while its reader is slow.
 * @throws ConnectionLostError when it may be tried again; ServiceError, CommandError when not
 */
export async function* subscribe<TResult, TVariables extends Record<string, unknown>>(
  endpoint: Endpoint,
  document: TypedDocumentString<TResult, TVariables>,
  variables: TVariables,
  signal: AbortSignal,
  onConnected: () => void = () => {},
): AsyncGenerator<TResult, void, undefined> {
  const waiting: TResult[] = [];
  let end: { readonly error: unknown } | 'completed' | undefined;
  let wake = () => {};
  let socket: FollowSocket | undefined;
  let pongTimer: NodeJS.Timeout | undefined;

  const client = createClient({
    url: endpoint.url.replace(/^http/, 'ws'),
    webSocketImpl: class extends FollowSocket {
      constructor(url: string, protocols: string) {
        super(url, protocols);
        socket = this;
      }
    },
    ...(endpoint.apiKey !== null && { connectionParams: { authorization: `Bearer ${endpoint.apiKey}` } }),
    // It would subscribe again with the cursor of the first time.
    retryAttempts: 0,
    keepAlive: PING_AFTER_MS,
    on: {
      connected: onConnected,
      ping: (received) => {
        if (received || socket?.isPaused) return;
        pongTimer = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong: () => clearTimeout(pongTimer),
    },
  });

  const finish = (how: NonNullable<typeof end>) => {
    end ??= how;
    wake();
  };
  const abort = () => finish({ error: signal.reason });
  signal.addEventListener('abort', abort, { once: true });
  const unsubscribe = client.subscribe<TResult>(
    { query: document.toString(), variables },
    {
      next({ data, errors }) {
        if (errors?.[0]) finish({ error: failureOf(errors[0], endpoint) });
        else if (data) waiting.push(data);
        if (waiting.length >= WAITING_EVENTS) {
          clearTimeout(pongTimer);
          socket?.pause();
        }
        wake();
      },
      error: (error) => finish({ error: explain(error, endpoint, socket) }),
      complete: () => finish('completed'),
    },
  );

  try {
    if (signal.aborted) abort();
    for (;;) {
      const next = waiting.shift();
      if (next !== undefined) {
        yield next;
        continue;
      }
      socket?.resume();
      if (end === 'completed') return;
      if (end) throw end.error;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    signal.removeEventListener('abort', abort);
    clearTimeout(pongTimer);
    unsubscribe();
    if (end !== 'completed') socket?.terminate();
  }
}

/** What graphql-ws hands to `error`: GraphQL errors, a close event, or the socket's own error. */
function explain(error: unknown, endpoint: Endpoint, socket: FollowSocket | undefined): Error {
  const at = displayUrl(endpoint.url);
  if (Array.isArray(error)) return failureOf(error[0], endpoint);
  const status = socket?.refusedStatus ?? null;
  if (status !== null) {
    const message = `${at} refused to open a WebSocket with HTTP status ${status}.`;
    const isAway = status >= 500 || status === 429 || AWAY_STATUSES.has(status);
    return isAway ? new ConnectionLostError(message) : new CommandError(message);
  }
  if (typeof error === 'object' && error !== null && 'code' in error && 'reason' in error) {
    if (error.code === GOING_AWAY) return new ConnectionLostError(`${at} is closing.`);
    const message = `${at} closed the WebSocket: ${error.reason || 'no reason given'} (${error.code}).`;
    const isFatal = typeof error.code === 'number' && FATAL_CLOSE_CODES.has(error.code);
    return isFatal ? new CommandError(message) : new ConnectionLostError(message);
  }
  const reason = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return new ConnectionLostError(`The connection to ${at} failed: ${reason}.`);
}

function failureOf(failure: GraphQLFailure, endpoint: Endpoint): Error {
  const error = toServiceError(failure, endpoint);
  return error.code === 'UNAVAILABLE' ? new ConnectionLostError(error.message) : error;
}

/** A WebSocket that tells why the server refused to open it, as graphql-ws does not. */
class FollowSocket extends WebSocket {
  /** Status of an HTTP answer that came instead of a WebSocket; null when there was none. */
  refusedStatus: number | null = null;

  constructor(url: string, protocols: string) {
    super(url, protocols, { handshakeTimeout: HANDSHAKE_MS });
    this.once('unexpected-response', (_request, response) => {
      this.refusedStatus = response.statusCode ?? null;
      this.terminate();
    });
  }
}

/** Milliseconds the server has to open a WebSocket. */
const HANDSHAKE_MS = 10_000;
