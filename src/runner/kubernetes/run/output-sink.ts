import { CHUNK_BYTES } from '../../../bounds.ts';
import { type Chunk, chunkBytes } from '../../../executions/output/chunk.ts';
import type { RunObserver } from '../../../executions/run.ts';
import { take } from '../../run/output/take.ts';
import type { RemoteProgram } from '../session/remote-program.ts';

/** How often the number stored is polled while chunks are not stored, milliseconds. */
const POLL_INTERVAL_MS = 100;

export interface OutputSinkOptions {
  readonly observer: RunObserver;
  readonly program: Pick<RemoteProgram, 'acknowledge'>;
  /** UTF-8 bytes of text that may be given to the observer, both streams together. */
  readonly outputBytes: number;
  /** How many of them another process gave to its observer. */
  readonly bytes: number;
  /** Called once, when text had to be dropped. */
  readonly limitReached: () => void;
}

/**
 * Receives a program's chunks from the session and gives them to the observer, up to the output limit and with times that
 * can be true; acknowledges to the launcher what is stored.
 */
export class OutputSink implements Disposable {
  readonly #options: OutputSinkOptions;
  #bytesLeft: number;
  #startedAt = 0;
  #last = 0;
  #pending: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #truncated = false;
  #isClosed = false;

  constructor(options: OutputSinkOptions) {
    this.#options = options;
    this.#bytesLeft = options.outputBytes - options.bytes;
  }

  /** Whether text was dropped at the output limit. */
  get truncated(): boolean {
    return this.#truncated;
  }

  /** No chunk can be older. */
  startedAt(at: number): void {
    this.#startedAt = at;
  }

  /** Takes chunks; the promise is the observer's. Does nothing once closed or beyond the limit. */
  take(chunks: readonly Chunk[]): Promise<void> | void {
    if (this.#isClosed || this.#truncated) return;
    const now = Date.now();
    const fitting: Chunk[] = [];
    for (const chunk of chunks) {
      const text = this.#fitting(chunk);
      const at = Math.round(Math.min(Math.max(chunk.at, this.#startedAt), now));
      if (text !== null) fitting.push({ ...chunk, text, at });
      if (this.#truncated) break;
    }
    const given = this.#give(fitting);
    if (this.#truncated) this.#options.limitReached();
    return given;
  }

  /** Takes nothing more; resolves when the observer has taken what it was given. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pending?.catch(() => undefined);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** What may be given of it; null: nothing. A display is not cut. */
  #fitting(chunk: Chunk): string | null {
    const { text, display } = chunk;
    const bytes = chunkBytes(chunk);
    if (bytes <= this.#bytesLeft) {
      this.#bytesLeft -= bytes;
      return text;
    }
    this.#truncated = true;
    if (display !== undefined) return null;
    const { length } = take(text, new Uint8Array(Math.max(0, Math.min(CHUNK_BYTES, this.#bytesLeft))));
    return text.slice(0, length) || null;
  }

  #give(chunks: readonly Chunk[]): Promise<void> | void {
    const last = chunks.at(-1);
    if (last === undefined) return;
    this.#last = last.seq;
    const given = this.#options.observer.output(chunks);
    if (given === undefined) {
      this.#acknowledge();
      return;
    }
    const pending = given.then(() => this.#acknowledge());
    this.#pending = pending;
    return pending;
  }

  #acknowledge(): void {
    if (this.#isClosed) return;
    const stored = this.#options.observer.storedSeq();
    this.#options.program.acknowledge(stored);
    if (stored >= this.#last) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#acknowledge();
    }, POLL_INTERVAL_MS);
  }
}
