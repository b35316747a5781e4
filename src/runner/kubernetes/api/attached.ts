import { WebSocket } from 'ws';
import type { AttachedStream, AttachHandlers } from '../cluster.ts';
import { PING_MS, STDIN_MESSAGE_BYTES } from './bounds.ts';

/** The first byte of each message says what it belongs to. */
const STDIN = 0;
const STDOUT = 1;
const STATUS = 3;

/**
 * Why a stream is open no longer: the container's process ended; the node could not go on with it; the connection was
 * cut; it answered no ping; its signal was aborted; we disposed it.
 */
export type AttachedEnd = 'ended' | 'failed' | 'cut' | 'silent' | 'aborted' | 'closed';

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
  /** Whether anything was heard since the last ping. */
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
    // While it paused nothing could be heard.
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
