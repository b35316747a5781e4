import { randomUUID } from 'node:crypto';
import { backOffMs } from '../../../async/back-off.ts';
import { DueTimer } from '../../../async/due-timer.ts';
import { sleep } from '../../../async/sleep.ts';
import type { Logger } from '../../../executions/telemetry.ts';
import type { AttachedStream, AttachHandlers } from '../cluster.ts';
import type { Dispatcher, Received } from './dispatcher.ts';
import type { Outbox } from './outbox.ts';
import { type ProbeAction, Probes } from './probes.ts';

/** Between two attempts. */
const BACK_OFF = { firstMs: 50, maxMs: 5000 };

export interface ReconnectingStreamOptions {
  /** Opens a stream to the pod's process 1; `cluster.attach` with the pod's name. */
  readonly attach: (handlers: AttachHandlers, signal: AbortSignal) => Promise<AttachedStream>;
  readonly logger: Logger;
}

/**
 * What the session has to know of its stream:
 * - what was received
 * - `closed`: the stream is gone
 * - `incomplete`: requests did not bring what is missing
 */
export type StreamEvent = Received | { readonly type: 'closed' | 'incomplete' };

export interface StreamEnds {
  /** What is received goes there. */
  readonly dispatcher: Dispatcher;
  /** Writes over the stream that is open. */
  readonly outbox: Outbox;
  /** Called while an event happens, in order; must not throw. */
  readonly onEvent: (event: StreamEvent) => void;
}

/**
 * One stream to a pod at a time, from `open` on: another is opened when it ends, or when the launcher does not respond any
 * more. The pause before an attempt doubles from 50 ms to 5 s, with jitter, until the launcher responds. While the receiver
 * of chunks wants a pause the stream is paused; one that does not heed it is replaced.
 */
export class ReconnectingStream implements Disposable {
  readonly #options: ReconnectingStreamOptions;
  readonly #ends: StreamEnds;
  readonly #probes = new Probes();
  readonly #timer = new DueTimer(() => this.#poll());
  #stream: AttachedStream | null = null;
  /** Settled while no stream is open or being opened. */
  #attempt: Promise<void> = Promise.resolve();
  #failures = 0;
  /** Closes the stream that is open or being opened. */
  #closing = new AbortController();
  /** No other is opened. */
  readonly #finished = new AbortController();
  #isResuming = false;
  #lastReceivedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ReconnectingStreamOptions, ends: StreamEnds) {
    this.#options = options;
    this.#ends = ends;
  }

  /** To be called once. */
  async open(): Promise<void> {
    const { signal } = this.#finished;
    while (!signal.aborted) {
      this.#attempt = this.#once();
      await this.#attempt;
      this.#failures += 1;
      if (!signal.aborted) await sleep(backOffMs(this.#failures, BACK_OFF), signal);
    }
  }

  /** When anything was received last, by the monotonic clock. */
  get lastReceivedAt(): number {
    return this.#lastReceivedAt;
  }

  /** Whether something was not received though it was requested. */
  get hasGap(): boolean {
    return this.#probes.hasGap;
  }

  /** Requests everything that was not received. */
  request(): void {
    this.#act('request');
  }

  /** The launcher has responded. @param isComplete whether it has sent nothing that was not received */
  responded(isComplete: boolean): void {
    this.#failures = 0;
    this.#ends.dispatcher.expectedNonce = null;
    this.#act(this.#probes.responded(isComplete, performance.now()));
  }

  /** A frame of the program was received that is new. */
  progress(): void {
    this.#probes.progress();
  }

  /** A frame is missing, or may be. */
  missed(): void {
    this.#act(this.#probes.missed(performance.now()));
  }

  /** Has events of the dispatcher heeded, and the stream paused while the receiver of chunks wants it. */
  dispatch(all: Iterable<Received>): void {
    for (const received of all) this.#ends.onEvent(received);
    if (this.#ends.dispatcher.waiting !== null && !this.#isResuming) void this.#resume();
  }

  /** Resolves when no stream is open and all that was received over the last one was dispatched. */
  async drained(): Promise<void> {
    const { dispatcher } = this.#ends;
    while (this.#stream !== null || dispatcher.waiting !== null) {
      await (this.#stream === null ? dispatcher.waiting : this.#attempt);
    }
  }

  /** Keeps the open stream, and opens no other. */
  finish(): void {
    this.#finished.abort();
    if (this.#stream === null) this.#closing.abort();
  }

  /** Closes the open stream, and opens no other. */
  [Symbol.dispose](): void {
    this.#stopProbing();
    this.#finished.abort();
    this.#closing.abort();
  }

  /** One stream from its opening to its end, after the last byte was dispatched. Never rejects. */
  async #once(): Promise<void> {
    const { dispatcher, outbox, onEvent } = this.#ends;
    await this.#open();
    this.#closing.abort();
    this.#stream = null;
    onEvent({ type: 'closed' });
    outbox.useStream(null);
    this.#stopProbing();
    // What still waits was received over this stream; the next one begins a new line.
    while (dispatcher.waiting !== null) await dispatcher.waiting;
    dispatcher.streamClosed();
  }

  async #open(): Promise<void> {
    const { attach, logger } = this.#options;
    const closing = new AbortController();
    this.#closing = closing;
    const { signal } = closing;
    const stdout = (bytes: Buffer): void => {
      if (!signal.aborted) this.#receive(bytes);
    };
    try {
      using stream = await attach({ stdout }, signal);
      if (signal.aborted) return;
      this.#stream = stream;
      this.#ends.outbox.useStream(stream);
      this.#act(this.#probes.streamOpened(performance.now()));
      const { reason } = await Promise.race([stream.closed, whenAborted(signal)]);
      logger.debug({ reason }, 'attached stream ended');
    } catch (err) {
      if (!signal.aborted) logger.debug({ err }, 'pod could not be attached to');
    }
  }

  #receive(bytes: Buffer): void {
    const { dispatcher } = this.#ends;
    this.#lastReceivedAt = performance.now();
    this.#probes.received(this.#lastReceivedAt);
    if (!dispatcher.push(bytes)) this.#closing.abort();
    this.dispatch(dispatcher.process());
  }

  /** Reads on when the receiver of chunks has taken them. */
  async #resume(): Promise<void> {
    const { dispatcher } = this.#ends;
    this.#isResuming = true;
    while (dispatcher.waiting !== null) {
      this.#stream?.pause();
      await dispatcher.waiting;
      this.dispatch(dispatcher.process());
    }
    this.#isResuming = false;
    // Nothing could be received meanwhile.
    this.#probes.received(performance.now());
    this.#stream?.resume();
  }

  #poll(): void {
    const isPaused = this.#ends.dispatcher.waiting !== null;
    const bufferedBytes = this.#stream?.bufferedBytes ?? 0;
    this.#act(this.#probes.poll(performance.now(), { isPaused, bufferedBytes }));
  }

  #act(action: ProbeAction | null): void {
    const { dispatcher, onEvent } = this.#ends;
    if (action === 'probe') this.#sendProbe(null);
    else if (action === 'request') this.#sendProbe(dispatcher.sequence?.from ?? null);
    else if (action === 'reconnect') this.#closing.abort();
    else if (action === 'break') onEvent({ type: 'incomplete' });
    this.#timer.set(this.#probes.dueAt);
  }

  /** @param from number of a chunk: everything after it is requested; null: nothing is */
  #sendProbe(from: number | null): void {
    const nonce = randomUUID();
    this.#ends.dispatcher.expectedNonce = nonce;
    this.#probes.sent(from !== null, performance.now());
    this.#ends.outbox.probe(nonce, from);
  }

  #stopProbing(): void {
    this.#ends.dispatcher.expectedNonce = null;
    this.#probes.streamClosed();
    this.#timer[Symbol.dispose]();
  }
}

function whenAborted(signal: AbortSignal): Promise<{ readonly reason: string }> {
  return new Promise((resolve) => {
    const onAbort = (): void => resolve({ reason: 'given up' });
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
