import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { AttachedStream, AttachHandlers } from '../cluster.ts';
import { CONTAINER } from '../job/mandatory.ts';
import type { Api } from './api.ts';
import { ATTEMPT_MS, PING_MS, STATUS_BYTES, STDIN_MESSAGE_BYTES, STDOUT_MESSAGE_BYTES } from './bounds.ts';
import type { Access } from './credentials.ts';
import { ApiError, type ApiOperation, failureOf, type Status, unreachable } from './error.ts';
import { isRecord, PODS, pathOf } from './objects.ts';
import { readText } from './request.ts';

/**
 * Tried in this order; for stdin and stdout they are the same. A server that speaks the fifth takes it whenever it is
 * offered, and reports the stream as open before it has asked the node: that there is no such container is reported later,
 * and more of what the pod prints in the first moments is lost. With the fourth the node itself answers. Measured, 100
 * attached at once, each probing at once: 7 with the fifth never received the response, none with the fourth (gVisor: 65, 11).
 */
const PROTOCOLS = ['v4.channel.k8s.io', 'v5.channel.k8s.io'] as const;

/**
 * Opens a stream to the stdin and stdout of a pod's process 1. It is closed by `signal`, and when the API is closed.
 * @throws ApiError; the reason of `signal` when that is aborted before the stream is open
 */
export async function attach(
  api: Api,
  namespace: string,
  pod: string,
  handlers: AttachHandlers,
  signal: AbortSignal,
): Promise<AttachedStream> {
  const operation: ApiOperation = { verb: 'create', resource: 'pods/attach', namespace };
  const query = new URLSearchParams({ container: CONTAINER, stdin: 'true', stdout: 'true', stderr: 'false' });
  const path = `${pathOf(PODS, namespace, pod)}/attach?${query}`;
  const counted = (sent: number, received: number) => api.telemetry.bytes(operation, sent, received);
  const open = (protocol: string) =>
    api.authorized(operation, async (access) => {
      signal.throwIfAborted();
      api.closing.throwIfAborted();
      const began = performance.now();
      const socket = connect(access, path, protocol);
      // It begins to listen before the socket opens: the first bytes come together with the response.
      const stream = new Attached(socket, handlers, counted);
      let hasResponse = false;
      const responded = (code: number) => {
        if (hasResponse) return;
        hasResponse = true;
        api.telemetry.request(operation, code, performance.now() - began);
      };
      const opened = Promise.withResolvers<void>();
      const giveUp = (reason: unknown, end: AttachedEnd) => {
        opened.reject(reason);
        stream.end(end);
      };
      const release = onAbort([signal, api.closing], (reason) => giveUp(reason, 'aborted'));
      void stream.closed.then(release);
      socket.once('open', () => {
        responded(101);
        opened.resolve();
      });
      socket.once('unexpected-response', (_request, response) => {
        responded(response.statusCode ?? 0);
        void refusal(operation, response, access).then((error) => giveUp(error, 'failed'));
      });
      socket.once('error', (error) => {
        responded(0);
        giveUp(unreachable(operation, timely(error), access.host, ATTEMPT_MS), 'cut');
      });
      await opened.promise;
      return stream;
    });
  const [first, second] = PROTOCOLS;
  try {
    return await open(first);
  } catch (error) {
    if (!isProtocolUnknown(error)) throw error;
    return open(second);
  }
}

/** Kubernetes refuses with a Status; a handshake is refused before there is one to give. */
function isProtocolUnknown(error: unknown): boolean {
  return error instanceof ApiError && (error.reason === 'HTTP 400' || error.reason === 'HTTP 403');
}

function connect({ server, headers, connections }: Access, path: string, protocol: string): WebSocket {
  return new WebSocket(server.replace(/^http/, 'ws') + path, protocol, {
    agent: connections.sockets,
    headers,
    handshakeTimeout: ATTEMPT_MS,
    maxPayload: STDOUT_MESSAGE_BYTES,
    perMessageDeflate: false,
    followRedirects: false,
  });
}

async function refusal(operation: ApiOperation, response: IncomingMessage, access: Access): Promise<Error> {
  const status = await readStatus(response);
  const retryAfter = response.headers['retry-after'];
  return failureOf(operation, response.statusCode ?? 500, status, retryAfter, access.host);
}

async function readStatus(response: IncomingMessage): Promise<Status> {
  try {
    const status: unknown = JSON.parse(await readText(response, STATUS_BYTES));
    return isRecord(status) ? status : {};
  } catch {
    return {};
  }
}

/** ws has no code for a handshake that takes too long. */
function timely(error: Error): Error {
  return /handshake has timed out/.test(error.message) ? new DOMException('late', 'TimeoutError') : error;
}

function onAbort(signals: readonly AbortSignal[], abort: (reason: unknown) => void): () => void {
  const listeners = signals.map((signal) => {
    const listener = () => abort(signal.reason);
    signal.addEventListener('abort', listener, { once: true });
    return () => signal.removeEventListener('abort', listener);
  });
  return () => {
    for (const remove of listeners) remove();
  };
}

/** The first byte of each message says what it belongs to. */
const STDIN = 0;
const STDOUT = 1;
const STATUS = 3;

/**
 * Why a stream is open no longer: the container's process ended; the node could not go on with it; the connection was
 * cut; it did not respond to a ping; its signal was aborted; we disposed it.
 */
type AttachedEnd = 'ended' | 'failed' | 'cut' | 'silent' | 'aborted' | 'closed';

/**
 * An attached WebSocket. Open until the first `AttachedEnd`; from then on no handler is called and nothing is sent,
 * whatever the socket still does.
 */
export class Attached implements AttachedStream {
  readonly closed: Promise<{ readonly reason: AttachedEnd }>;
  readonly #closed = Promise.withResolvers<{ readonly reason: AttachedEnd }>();
  readonly #socket: WebSocket;
  readonly #handlers: AttachHandlers;
  readonly #counted: (sent: number, received: number) => void;
  readonly #pings: NodeJS.Timeout;
  /** What the node said of the process's end. */
  #status: AttachedEnd | null = null;
  #hasEnded = false;
  /** Whether anything was received since the last ping. */
  #isAlive = true;

  constructor(
    socket: WebSocket,
    handlers: AttachHandlers,
    counted: (sent: number, received: number) => void,
    pingMs = PING_MS,
  ) {
    this.#socket = socket;
    this.#handlers = handlers;
    this.#counted = counted;
    this.closed = this.#closed.promise;
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.on('close', () => this.end(this.#status ?? 'cut'));
    // Whatever it is, 'close' follows.
    socket.on('error', () => {});
    this.#pings = setInterval(() => this.#ping(), pingMs);
  }

  write(text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length && !this.#hasEnded; at += STDIN_MESSAGE_BYTES) {
      const part = bytes.subarray(at, at + STDIN_MESSAGE_BYTES);
      const message = Buffer.allocUnsafe(part.length + 1);
      message[0] = STDIN;
      part.copy(message, 1);
      this.#counted(message.length, 0);
      this.#socket.send(message, () => {});
    }
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    // While it paused nothing could be received.
    if (this.#socket.isPaused) this.#isAlive = true;
    this.#socket.resume();
  }

  [Symbol.dispose](): void {
    this.end('closed');
  }

  /** Only the first reason counts. */
  end(reason: AttachedEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearInterval(this.#pings);
    // Process 1 shall not take the end of a stream for the end of its stdin: nothing is said, the connection is dropped.
    this.#socket.terminate();
    this.#closed.resolve({ reason });
  }

  #receive(data: WebSocket.RawData, isBinary: boolean): void {
    this.#isAlive = true;
    if (this.#hasEnded || !isBinary || !Buffer.isBuffer(data)) return;
    this.#counted(0, data.length);
    if (data[0] === STDOUT && data.length > 1) this.#handlers.stdout(data.subarray(1));
    if (data[0] === STATUS) this.#status = /"status":\s*"Success"/.test(data.toString()) ? 'ended' : 'failed';
  }

  #ping(): void {
    if (this.#socket.readyState !== WebSocket.OPEN || this.#socket.isPaused) return;
    if (this.#isAlive) {
      this.#isAlive = false;
      this.#socket.ping(() => {});
    } else this.end('silent');
  }
}
