import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  ANSWERS_BYTES,
  KEEP_ALIVE_MS,
  RECEIVED_BYTES,
  RECEIVED_BYTES_PER_CALLER,
  SOCKETS,
  UNACKNOWLEDGED_SOCKETS,
} from '../bounds.ts';
import type { Edge } from './http/edge.ts';
import { closeListener, createListener, listen, TIMEOUTS, trackConnections } from './http/listener.ts';
import { type ServerBounds, type ServerOptions, State, wire } from './parts.ts';
import type { Gateway } from './websocket/gateway.ts';

export type { ServerBounds, ServerOptions } from './parts.ts';

export interface Server {
  /** Resolves once requests are taken. The url has no slash at the end. @throws EADDRINUSE and the like */
  listen(): Promise<{ url: string }>;
  /** Tells load balancers to look elsewhere: `/readyz` fails, connections are not kept, no new WebSocket is taken. */
  drain(): void;
  /**
   * Drains, tells WebSockets to go away, ends SSE streams, lets requests under way end within `shutdownGraceMs`, cuts
   * what is left. Calling it again waits for the same close.
   */
  close(): Promise<void>;
}

const BOUNDS: ServerBounds = {
  maxSockets: SOCKETS,
  maxUnacknowledged: UNACKNOWLEDGED_SOCKETS,
  received: { max: RECEIVED_BYTES, maxPerHolder: RECEIVED_BYTES_PER_CALLER },
  keepAliveMs: KEEP_ALIVE_MS,
  initTimeoutMs: 10_000,
  timeouts: TIMEOUTS,
  answersBytes: ANSWERS_BYTES,
};

/** Connections beside WebSockets: requests, SSE streams and idle ones. */
const OTHER_CONNECTIONS = 5000;

/** Builds the HTTP edge; nothing listens before `listen()`. */
export function openServer(options: ServerOptions): Server {
  const { config } = options;
  const bounds = { ...BOUNDS, ...options.bounds };
  const state = new State();
  const listener = createListener(bounds.maxSockets + OTHER_CONNECTIONS, bounds.timeouts);
  const connections = trackConnections(listener);
  const { edge, gateway, streams, page } = wire(options, bounds, state);
  attach(listener, edge, gateway, options.tracing);

  const close = async (): Promise<void> => {
    state.drain();
    streams.endAll();
    await Promise.all([gateway.close(), closeListener(listener, connections, config.shutdownGraceMs)]);
    await page?.[Symbol.asyncDispose]();
  };
  let closing: Promise<void> | null = null;
  return {
    listen: async () => {
      const bound = await listen(listener, config.host, config.port);
      state.open();
      return bound;
    },
    drain: () => state.drain(),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function attach(listener: HttpServer, edge: Edge, gateway: Gateway, tracing: ServerOptions['tracing']): void {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const answer = () => edge.handle(request, response);
    void (tracing ? tracing.within(request.headers['traceparent'], answer) : answer());
  };
  listener.on('request', handle);
  listener.on('checkContinue', handle);
  listener.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    gateway.upgrade(request, socket, head),
  );
}
