import type { Logger } from '../../../executions/telemetry.ts';
import { backoffMs } from '../../backoff.ts';
import type { AttachedStream, AttachHandlers } from '../cluster.ts';

const BOUNDS = { firstMs: 50, longestMs: 5000 };

export interface AttachmentOptions {
  /** Opens a stream to the pod's process 1; `cluster.attach` with the pod's name. */
  readonly attach: (handlers: AttachHandlers, signal: AbortSignal) => Promise<AttachedStream>;
  readonly logger: Logger;
  readonly opened: (stream: AttachedStream) => void;
  readonly bytes: (bytes: Buffer) => void;
  /** The stream is no more. Another is opened when what this returns has resolved. */
  readonly closed: () => Promise<void> | void;
}

/**
 * One stream to a pod at a time, opened anew whenever it closes, from the construction until it is disposed. The pause before an
 * attempt doubles from 50 ms to 5 s, with jitter, until `wentWell`.
 */
export class Attachment implements Disposable {
  readonly #options: AttachmentOptions;
  #stream: AttachedStream | null = null;
  #failures = 0;
  #closing: AbortController = new AbortController();
  #isFinished = false;
  #endPause: (() => void) | null = null;

  constructor(options: AttachmentOptions) {
    this.#options = options;
    void this.#keep();
  }

  get stream(): AttachedStream | null {
    return this.#stream;
  }

  /** Forgets failures: the launcher has answered. */
  wentWell(): void {
    this.#failures = 0;
  }

  /** Gives the open stream up for another. */
  renew(): void {
    this.#closing.abort();
  }

  /** Keeps the open stream, and opens no other. */
  finish(): void {
    this.#isFinished = true;
    this.#endPause?.();
    if (this.#stream === null) this.#closing.abort();
  }

  [Symbol.dispose](): void {
    this.#isFinished = true;
    this.#closing.abort();
    this.#endPause?.();
  }

  async #keep(): Promise<void> {
    while (!this.#isFinished) {
      await this.#once();
      if (!this.#isFinished) await this.#pause();
    }
  }

  /** One stream from its opening to its end. */
  async #once(): Promise<void> {
    const { attach, opened, bytes, closed, logger } = this.#options;
    const closing = new AbortController();
    this.#closing = closing;
    const { signal } = closing;
    try {
      const stdout = (part: Buffer): void => {
        if (!signal.aborted) bytes(part);
      };
      using stream = await attach({ stdout }, signal);
      if (signal.aborted) return;
      this.#stream = stream;
      opened(stream);
      const { reason } = await Promise.race([stream.closed, whenAborted(signal)]);
      logger.debug({ reason }, 'attached stream ended');
    } catch (err) {
      if (!signal.aborted) logger.debug({ err }, 'pod could not be attached to');
    }
    closing.abort();
    this.#stream = null;
    await closed();
  }

  async #pause(): Promise<void> {
    this.#failures += 1;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, backoffMs(this.#failures, BOUNDS));
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endPause = null;
  }
}

function whenAborted(signal: AbortSignal): Promise<{ readonly reason: string }> {
  return new Promise((resolve) => {
    const onAbort = (): void => resolve({ reason: 'given up' });
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
