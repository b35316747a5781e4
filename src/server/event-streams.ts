import type { ServerResponse } from 'node:http';
import { KEEP_ALIVE_MS } from '../bounds.ts';
import type { Exchange } from './http/exchange.ts';
import { HttpError } from './http/http-error.ts';
import type { Metrics } from './metrics.ts';

/** One server-sent event. `data` holds no line break, as JSON never does. */
export interface ServerSentEvent {
  readonly event?: string;
  readonly id?: string;
  readonly data: string;
}

/**
 * A response of type text/event-stream. Writing waits until the reader has taken what was written before, so that a
 * slow reader slows its own source and nothing else; comments keep the connection alive while there is nothing to say,
 * and go on after a stall.
 */
class EventStream {
  readonly #response: ServerResponse;
  readonly #onClose: () => void;
  #isOpen = true;
  /** Settles the `send` that waits for the reader. */
  #resume: (() => void) | null = null;

  /** @param onClose called once, when the reader has gone or the stream was ended */
  constructor(response: ServerResponse, onClose: () => void, keepAliveMs = KEEP_ALIVE_MS) {
    this.#response = response;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // Proxies that buffer would hold back lines for as long as a program is quiet.
      'x-accel-buffering': 'no',
    });
    response.write(RETRY);
    const timer = setInterval(() => {
      if (!response.writableNeedDrain) response.write(COMMENT);
    }, keepAliveMs);
    this.#onClose = () => {
      if (!this.#isOpen) return;
      this.#isOpen = false;
      clearInterval(timer);
      this.#resume?.();
      onClose();
    };
    response.once('close', this.#onClose);
    response.on('drain', () => this.#resume?.());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Resolves once the reader can take more or has gone. One call at a time. */
  async send(event: ServerSentEvent): Promise<void> {
    if (!this.#isOpen || this.#response.write(format(event))) return;
    await new Promise<void>((resolve) => {
      this.#resume = resolve;
    });
    this.#resume = null;
  }

  /** Whether the reader has not taken what was written to it. */
  get isStalled(): boolean {
    return this.#response.writableNeedDrain;
  }

  /** Ends the response as one that is complete. Ending twice is harmless. */
  end(): void {
    this.#response.end();
    this.#onClose();
  }

  /** Ends it because the server is closing; says so in an event, or in a comment. */
  close(event: ServerSentEvent | null): void {
    this.#response.write(event === null ? CLOSING : format(event));
    this.end();
  }

  /** Cuts the connection, so that the reader cannot take what it got for the whole. */
  cut(): void {
    this.#response.destroy();
    this.#onClose();
  }
}

const COMMENT = ':\n\n';
const CLOSING = ': the server is closing\n\n';
/** After a cut a browser waits this long, milliseconds, before it comes back; its own default is three seconds. */
const RETRY = 'retry: 1000\n\n';

function format({ event, id, data }: ServerSentEvent): string {
  return `${event === undefined ? '' : `event: ${event}\n`}${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;
}

/** All SSE streams of the server, so that they can be counted and ended. */
export class EventStreams {
  /** With the event that says that the server is closing; null: a comment does. */
  readonly #open = new Map<EventStream, ServerSentEvent | null>();
  readonly #metrics: Metrics;
  readonly #keepAliveMs: number;
  #ended = false;

  constructor(metrics: Metrics, keepAliveMs: number) {
    this.#metrics = metrics;
    this.#keepAliveMs = keepAliveMs;
  }

  /**
   * Sends what `source` yields (null from `eventOf`: nothing to send) to the exchange's client until either is done. The
   * source's `return()` is called as soon as the client has gone, also while a `next()` waits. Resolves to the stream when the source came to its end and the
   * client is still there, for the caller to write a last event and end it; else to null. Rethrows what the source
   * throws, with the connection cut.
   * @param closing sent when the server closes meanwhile; null for clients that take no event but their own
   * @throws HttpError 503 while closing
   */
  async pump<T>(
    exchange: Exchange,
    source: AsyncIterator<T>,
    eventOf: (value: T) => ServerSentEvent | null,
    closing: ServerSentEvent | null = null,
  ): Promise<EventStream | null> {
    if (this.#ended || exchange.response.destroyed) {
      await source.return?.();
      throw new HttpError(503, 'UNAVAILABLE', 'The server is closing.', { 'retry-after': '1' });
    }
    const stream = new EventStream(
      exchange.response,
      () => {
        this.#open.delete(stream);
        this.#metrics.eventStreams(-1);
        // Nobody waits for this; a source that fails to close has nothing more to tell.
        source.return?.()?.catch(() => {});
      },
      this.#keepAliveMs,
    );
    this.#open.set(stream, closing);
    this.#metrics.eventStreams(1);
    try {
      for (let next = await source.next(); !next.done && stream.isOpen; next = await source.next()) {
        const event = eventOf(next.value);
        if (event) await stream.send(event);
      }
    } catch (error) {
      stream.cut();
      throw error;
    }
    return stream.isOpen ? stream : null;
  }

  /**
   * Ends every stream without its last event, which clients take for a cut and resume at another server, having said that the
   * server is closing. Those that do not read are cut at once; they would hold up the close. No stream is begun afterwards.
   */
  endAll(): void {
    this.#ended = true;
    for (const [stream, closing] of this.#open) {
      if (stream.isStalled) stream.cut();
      else stream.close(closing);
    }
  }
}
