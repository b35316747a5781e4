import type { Exchange } from '../http/exchange.ts';
import { HttpError } from '../http/http-error.ts';
import type { Metrics } from '../metrics.ts';
import { EventStream, type ServerSentEvent } from './event-stream.ts';

/** All SSE streams of the server, so that they can be counted and ended. */
export class EventStreams {
  readonly #open = new Set<EventStream>();
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
   * @throws HttpError 503 while closing
   */
  async pump<T>(
    exchange: Exchange,
    source: AsyncIterator<T>,
    eventOf: (value: T) => ServerSentEvent | null,
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
    this.#open.add(stream);
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
   * Ends every stream without its last event, which clients take for a cut and resume elsewhere. Those that do not read
   * are cut at once; they would hold up the close. No stream is begun afterwards.
   */
  endAll(): void {
    this.#ended = true;
    for (const stream of this.#open) {
      if (stream.isStalled) stream.cut();
      else stream.end();
    }
  }
}
