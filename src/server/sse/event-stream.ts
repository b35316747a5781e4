import type { ServerResponse } from 'node:http';
import { KEEP_ALIVE_MS } from '../../bounds.ts';

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
export class EventStream {
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

  /** Cuts the connection, so that the reader cannot take what it got for the whole. */
  cut(): void {
    this.#response.destroy();
    this.#onClose();
  }
}

const COMMENT = ':\n\n';
/** After a cut a browser waits this long, milliseconds, before it comes back; its own default is three seconds. */
const RETRY = 'retry: 1000\n\n';

function format({ event, id, data }: ServerSentEvent): string {
  return `${event === undefined ? '' : `event: ${event}\n`}${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;
}
