import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { type RawData, WebSocketServer } from 'ws';
import { ANONYMOUS_BYTES, MESSAGE_BYTES } from '../../bounds.ts';
import { UnavailableError } from '../../executions/errors.ts';
import type { Addresses } from '../addresses.ts';
import type { ByteBudget } from '../budgets.ts';
import { exceedsJson } from '../http/body.ts';
import { asHttpError, badRequest, HttpError } from '../http/http-error.ts';
import { endSoon } from '../http/listener.ts';
import { normalizeRequest } from '../http/target.ts';
import type { Metrics } from '../metrics.ts';
import { Connection, KeepAlive, Newcomers } from './connection.ts';
import { Intake } from './intake.ts';
import { Outbox, type Unread } from './outbox.ts';
import { openProtocol, type ProtocolOptions } from './protocol.ts';

/** How long a client may take to answer our close, milliseconds. */
const CLOSE_TIMEOUT_MS = 2000;

const SERVER = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: MESSAGE_BYTES,
  closeTimeout: CLOSE_TIMEOUT_MS,
  handleProtocols,
};

const CLOSE = { goingAway: 1001, tooBig: 1009, tryAgainLater: 1013, badRequest: 4400 } as const;

interface GatewayOptions extends ProtocolOptions {
  readonly addresses: Addresses;
  readonly metrics: Metrics;
  readonly path: string;
  /** Sockets open at once. */
  readonly maxSockets: number;
  /** Those of them that have not said `connection_init`. */
  readonly maxUnacknowledged: number;
  /** Bytes of messages held in memory, by caller. */
  readonly received: ByteBudget;
  /** How long a message may take to arrive, milliseconds. */
  readonly messageMs: number;
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
  readonly #newcomers: Newcomers;
  readonly #server = new WebSocketServer(SERVER);
  readonly #unread: Unread = { bytes: 0 };
  #count = 0;
  #onEmpty: (() => void) | null = null;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#protocol = openProtocol(options, (connection, { name }) => {
      this.#newcomers.delete(connection);
      connection.intake.acknowledge(name);
    });
    this.#connections = new KeepAlive(options.keepAliveMs);
    this.#newcomers = new Newcomers(options.maxUnacknowledged);
    // What is wrong with an upgrade that ws finds out: its method, key, version.
    this.#server.on('wsClientError', (error, socket) =>
      this.#refuse(socket, badRequest(`Expected a WebSocket of version 13, got: ${error.message}.`)),
    );
  }

  /** Answers an upgrade request: with a WebSocket, or with the reason why not. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      this.#admit(request);
      const { received, messageMs } = this.#options;
      this.#server.handleUpgrade(request, socket, head, (webSocket) =>
        this.#open(
          new Connection(
            webSocket,
            request.headers.authorization,
            new Intake(received, messageMs),
            new Outbox(webSocket, this.#unread),
          ),
          socket,
        ),
      );
    } catch (error) {
      this.#refuse(socket, error);
    }
  }

  #refuse(socket: Duplex, error: unknown): void {
    const { status, message } = refuseUpgrade(socket, error);
    this.#options.logger.info({ status, reason: message }, 'WebSocket refused');
  }

  /** Tells every client to go away and resolves when all have gone. Closing twice is harmless. */
  async close(): Promise<void> {
    if (this.#count > 0) {
      const empty = new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
      for (const { socket } of this.#connections) socket.close(CLOSE.goingAway, CLOSING);
      const timer = setTimeout(() => {
        for (const { socket } of this.#connections) socket.terminate();
      }, CLOSE_TIMEOUT_MS);
      await empty;
      clearTimeout(timer);
    }
    this.#connections[Symbol.dispose]();
  }

  /** Who opens it is asked later, with `connection_init`. @throws HttpError why it is refused */
  #admit(request: IncomingMessage): void {
    const { addresses, isOpen, maxSockets, path } = this.#options;
    const refusal = normalizeRequest(request);
    if (refusal !== null) throw refusal;
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
    if (!this.#newcomers.makeRoom()) {
      throw new HttpError(503, 'UNAVAILABLE', 'Expected fewer WebSockets without a connection_init.', {
        'retry-after': '1',
      });
    }
  }

  #open(connection: Connection, stream: Duplex): void {
    const { socket, intake } = connection;
    this.#count++;
    this.#connections.add(connection);
    this.#newcomers.add(connection);
    // Before ws, which would keep the bytes: it bounds a message whoever sends it, and sockets one by one.
    stream.prependListener('data', (chunk: Buffer) => {
      if (intake.receive(chunk)) return;
      const { code, reason } = intake.isAnonymous ? UNKNOWN_SENDS_MUCH : TOO_MUCH_RECEIVED;
      socket.close(code, reason);
      // No waiting for the client to close too: what it sends meanwhile would be kept.
      if (stream instanceof Socket) stream.destroySoon();
      else stream.destroy();
    });
    this.#options.metrics.webSockets(1);
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => connection.outbox.send(data),
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
      this.#newcomers.delete(connection);
      intake.release();
      this.#options.metrics.webSockets(-1);
      closed(code, '').catch((error: unknown) =>
        this.#options.logger.error({ err: error }, 'WebSocket not released'),
      );
      if (this.#count === 0) this.#onEmpty?.();
    });
  }

  #receive(connection: Connection, data: RawData, handle: (text: string) => Promise<void>): void {
    // After our close there is nobody who would get an answer.
    if (connection.isClosed) return;
    const bytes = asBuffer(data);
    const excess = exceedsJson(bytes);
    if (excess !== null) {
      connection.socket.close(CLOSE.tooBig, excess);
      return;
    }
    const done = connection.intake.work(bytes.length);
    connection.pending++;
    connection.outbox.pauseWhenUnread();
    handle(bytes.toString()).then(
      () => {
        connection.pending--;
        done();
      },
      (error: unknown) => {
        connection.pending--;
        done();
        this.#options.logger.debug({ err: error }, 'WebSocket message refused');
        if (error instanceof UnavailableError) connection.socket.close(CLOSE.tryAgainLater, error.message);
        else connection.socket.close(CLOSE.badRequest, 'Invalid message received');
      },
    );
  }
}

const CLOSING = 'The server is closing: connect again, and resume behind the last cursor';
const UNKNOWN_SENDS_MUCH = {
  code: CLOSE.tooBig,
  reason: `Expected at most ${ANONYMOUS_BYTES} bytes before connection_init is accepted`,
};
const TOO_MUCH_RECEIVED = { code: CLOSE.tryAgainLater, reason: 'Too many large messages at once' };

/** ws hands over one Buffer unless it is told otherwise. */
function asBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}

/** Answers an upgrade request that is not granted, closes, and says how it was answered. */
function refuseUpgrade(socket: Duplex, error: unknown): { status: number; message: string } {
  const { status, message, headers } = asHttpError(error) ?? {
    status: 500,
    message: 'The upgrade failed.',
    headers: {},
  };
  const body = JSON.stringify({ error: message });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  endSoon(socket, `${lines.join('\r\n')}\r\n\r\n${body}`);
  return { status, message };
}
