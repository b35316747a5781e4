import type { WebSocket } from 'ws';
import { UNREAD_EVENTS_BYTES } from '../../bounds.ts';
import { Memo } from '../../memo.ts';
import type { SharedResults } from '../graphql/shared-results.ts';

/** Bytes that may wait to be written to one socket before its next event has to wait itself. */
const UNREAD_BYTES = 256 * 1024;

/** Bytes that wait to be written to one socket before nothing more is read from it. */
const PAUSE_BYTES = 8 * 1024 * 1024;

/** Bytes that wait to be written, over all sockets. */
export interface Unread {
  bytes: number;
}

/**
 * What goes out on one WebSocket. Events are written as the client reads; those of all sockets together that are not
 * read are bounded too, but for one on each socket.
 */
export class Outbox {
  readonly #socket: WebSocket;
  readonly #unread: Unread;
  /** Whether one may write now and has not done so yet. */
  #isGranted = false;
  #waiting: (() => void)[] | null = null;

  constructor(socket: WebSocket, unread: Unread) {
    this.#socket = socket;
    this.#unread = unread;
  }

  /**
   * Undefined when an event may be written now, else a promise that resolves when it may: in turn. Whoever asked then
   * writes, or calls `pass`.
   */
  mayWrite(): Promise<void> | undefined {
    if (this.#waiting === null && !this.#isGranted && this.#hasRoom()) {
      this.#isGranted = true;
      return undefined;
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = waiting;
    return new Promise((resolve) => waiting.push(resolve));
  }

  /** Resolves when the socket can take more, or is gone: its close settles everything else. */
  send(data: string | Buffer): Promise<void> | undefined {
    if (this.#socket.readyState !== this.#socket.OPEN) {
      this.pass();
      return undefined;
    }
    const bytes = data.length;
    this.#unread.bytes += bytes;
    const written = new Promise<void>((resolve) => {
      this.#socket.send(data, { binary: false }, () => {
        this.#unread.bytes -= bytes;
        if (this.#socket.isPaused && this.#socket.bufferedAmount <= PAUSE_BYTES) this.#socket.resume();
        this.#grantNext();
        resolve();
      });
    });
    this.pass();
    return written;
  }

  /** There is nothing to write any more for whoever may: the next one may. */
  pass(): void {
    this.#isGranted = false;
    this.#grantNext();
  }

  /** Reads nothing more from a client that asks faster than it reads, until it has read. */
  pauseWhenUnread(): void {
    if (this.#socket.bufferedAmount > PAUSE_BYTES) this.#socket.pause();
  }

  /** When there is room or nobody reads any more. */
  #grantNext(): void {
    if (this.#waiting === null || this.#isGranted || !this.#hasRoom()) return;
    this.#isGranted = true;
    const next = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#waiting = null;
    next?.();
  }

  #hasRoom(): boolean {
    const { bufferedAmount, readyState, OPEN } = this.#socket;
    if (bufferedAmount === 0 || readyState !== OPEN) return true;
    return bufferedAmount < UNREAD_BYTES && this.#unread.bytes < UNREAD_EVENTS_BYTES;
  }
}

/** Payloads longer than this, UTF-16 code units, are encoded once for all viewers; copying shorter ones costs nothing. */
const LONG = 4096;

const COMPLETED: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * Sends subscription events that several viewers share: the payload is written and encoded once, and only the message
 * around it, which holds the id of each one's operation, for every viewer. graphql-ws would write all of it each time.
 */
export class EncodedEvents {
  readonly #results: SharedResults;
  readonly #payloads: Memo<object, string | Buffer>;

  constructor(results: SharedResults) {
    this.#results = results;
    this.#payloads = new Memo((result) => {
      const text = JSON.stringify(result);
      return text.length > LONG ? Buffer.from(text) : text;
    });
  }

  /** The same results without those that are shared: they are sent here, in their place. */
  sendThrough<R extends object>(
    { outbox }: { readonly outbox: Outbox },
    id: string,
    results: AsyncIterable<R>,
  ): AsyncIterableIterator<R> {
    return new OwnResults(results[Symbol.asyncIterator](), outbox, (result) =>
      this.#results.isShared(result) ? messageOf(id, this.#payloads.of(result)) : null,
    );
  }
}

/** Results that graphql-ws writes: of a stream, all but those for which there is a message. */
class OwnResults<R extends object> implements AsyncIterableIterator<R> {
  readonly #source: AsyncIterator<R>;
  readonly #outbox: Outbox;
  readonly #messageFor: (result: R) => string | Buffer | null;
  #hasLeft = false;

  constructor(source: AsyncIterator<R>, outbox: Outbox, messageFor: (result: R) => string | Buffer | null) {
    this.#source = source;
    this.#outbox = outbox;
    this.#messageFor = messageFor;
  }

  async next(): Promise<IteratorResult<R>> {
    for (;;) {
      const next = await this.#source.next();
      if (next.done) return next;
      await this.#outbox.mayWrite();
      if (this.#hasLeft) {
        this.#outbox.pass();
        return COMPLETED;
      }
      const message = this.#messageFor(next.value);
      if (message === null) {
        this.#outbox.pass();
        return next;
      }
      await this.#outbox.send(message);
    }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#hasLeft = true;
    await this.#source.return?.();
    return COMPLETED;
  }

  async throw(error: unknown): Promise<never> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function messageOf(id: string, payload: string | Buffer): string | Buffer {
  const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  return typeof payload === 'string'
    ? `${head}${payload}}`
    : Buffer.concat([Buffer.from(head), payload, CLOSING]);
}

const CLOSING = Buffer.from('}');
