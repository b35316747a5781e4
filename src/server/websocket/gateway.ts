import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { MESSAGE_BYTES } from '../../bounds.ts';
import type { Addresses } from '../access/addresses.ts';
import { HttpError } from '../http/http-error.ts';
import type { Metrics } from '../metrics.ts';
import { Connection } from './connection.ts';
import { KeepAlive } from './keep-alive.ts';
import { openProtocol, type ProtocolOptions } from './protocol.ts';
import { refuseUpgrade } from './refuse.ts';

/** Bytes that wait to be written to one socket before nothing more is read from it: it asks faster than it listens. */
const UNREAD_BYTES = 8 * 1024 * 1024;
/** How long a client may take to answer our close, milliseconds. */
const CLOSE_TIMEOUT_MS = 2000;

const CLOSE = { goingAway: 1001, badRequest: 4400 } as const;

export interface GatewayOptions extends ProtocolOptions {
  readonly addresses: Addresses;
  readonly metrics: Metrics;
  readonly path: string;
  /** Sockets open at once. */
  readonly maxSockets: number;
  /** How often each socket is pinged, milliseconds. */
  readonly keepAliveMs: number;
  /** Whether new sockets are still taken. */
  readonly isOpen: () => boolean;
}

/** Takes WebSockets and speaks graphql-transport-ws with them. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #protocol: ReturnType<typeof openProtocol>;
  readonly #connections: KeepAlive;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MESSAGE_BYTES,
    handleProtocols,
  });
  #count = 0;
  #onEmpty: (() => void) | null = null;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#protocol = openProtocol(options);
    this.#connections = new KeepAlive(options.keepAliveMs);
  }

  /** Answers an upgrade request: with a WebSocket, or with the reason why not. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      const connected = this.#admit(request);
      this.#server.handleUpgrade(request, socket, head, connected);
    } catch (error) {
      const { status, message } = refuseUpgrade(socket, error);
      this.#options.logger.info({ status, reason: message }, 'WebSocket refused');
    }
  }

  /** Tells every client to go away and resolves when all have gone. Closing twice is harmless. */
  async close(): Promise<void> {
    if (this.#count > 0) {
      const empty = new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
      for (const { socket } of this.#connections) socket.close(CLOSE.goingAway, 'Going away');
      const timer = setTimeout(() => {
        for (const { socket } of this.#connections) socket.terminate();
      }, CLOSE_TIMEOUT_MS);
      await empty;
      clearTimeout(timer);
    }
    this.#connections[Symbol.dispose]();
  }

  /** What to do with the socket. @throws HttpError why it is refused */
  #admit(request: IncomingMessage): (socket: WebSocket) => void {
    const { addresses, authenticator, isOpen, maxSockets, path } = this.#options;
    addresses.check(request);
    if (request.url?.split('?', 1)[0] !== path) {
      throw new HttpError(404, 'NOT_FOUND', `Expected a WebSocket at ${path}.`);
    }
    if (!isOpen()) throw new HttpError(503, 'UNAVAILABLE', 'The server is closing.', { 'retry-after': '1' });
    if (this.#count >= maxSockets) {
      throw new HttpError(503, 'UNAVAILABLE', `Expected at most ${maxSockets} WebSockets, got one more.`, {
        'retry-after': '10',
      });
    }
    const { caller } = authenticator.identify(request.headers.authorization);
    return (socket) => this.#open(new Connection(socket, caller));
  }

  #open(connection: Connection): void {
    const { socket } = connection;
    this.#count++;
    this.#connections.add(connection);
    this.#options.metrics.webSockets(1);
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => send(connection, data),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) => socket.on('message', (data) => this.#receive(connection, data, handle)),
      },
      connection,
    );
    socket.on('pong', () => {
      connection.missedPongs = 0;
    });
    // A breach of the WebSocket protocol, a message too large: ws closes the socket with the code that says so.
    socket.on('error', (error) => this.#options.logger.debug({ reason: error.message }, 'WebSocket failed'));
    socket.once('close', (code) => {
      this.#count--;
      this.#connections.remove(connection);
      this.#options.metrics.webSockets(-1);
      closed(code, '').catch((error: unknown) =>
        this.#options.logger.error({ err: error }, 'WebSocket not released'),
      );
      if (this.#count === 0) this.#onEmpty?.();
    });
  }

  #receive(connection: Connection, data: RawData, handle: (text: string) => Promise<void>): void {
    connection.pending++;
    if (connection.socket.bufferedAmount > UNREAD_BYTES) connection.socket.pause();
    handle(String(data)).then(
      () => connection.pending--,
      (error: unknown) => {
        connection.pending--;
        this.#options.logger.debug({ err: error }, 'WebSocket message refused');
        connection.socket.close(CLOSE.badRequest, 'Invalid message received');
      },
    );
  }
}

/** Resolves when the socket can take more, or is gone: its close settles everything else. */
function send({ socket }: Connection, data: string): Promise<void> | undefined {
  if (socket.readyState !== socket.OPEN) return undefined;
  return new Promise((resolve) => {
    socket.send(data, () => {
      if (socket.isPaused && socket.bufferedAmount <= UNREAD_BYTES) socket.resume();
      resolve();
    });
  });
}
