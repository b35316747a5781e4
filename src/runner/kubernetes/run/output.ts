import { CHUNK_BYTES } from '../../../bounds.ts';
import type { Chunk } from '../../../executions/execution.ts';
import type { RunObserver } from '../../../executions/runner.ts';
import { take } from '../../output/take.ts';
import type { Conversation } from '../conversation/conversation.ts';

/** How often it is looked whether more was stored, milliseconds. */
const ACKNOWLEDGE_MS = 100;

export interface HandoverOptions {
  readonly observer: RunObserver;
  readonly conversation: Conversation;
  /** UTF-8 bytes of text that may be handed out, both streams together. */
  readonly outputBytes: number;
  /** How many of them were handed out before, by another process. */
  readonly bytes: number;
  /** Called once, when text had to be dropped. */
  readonly limitReached: () => void;
}

/**
 * Hands a program's chunks to the observer, as far as the output limit goes and with times that can be true, and tells
 * the launcher what is stored.
 */
export class Handover implements Disposable {
  readonly #options: HandoverOptions;
  #bytesLeft: number;
  #startedAt = 0;
  #last = 0;
  #pending: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #truncated = false;
  #isClosed = false;

  constructor(options: HandoverOptions) {
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

  /** Hands chunks over; the promise is the observer's. Does nothing once closed or beyond the limit. */
  take(chunks: readonly Chunk[]): Promise<void> | void {
    if (this.#isClosed || this.#truncated) return;
    const now = Date.now();
    const fitting: Chunk[] = [];
    for (const chunk of chunks) {
      const text = this.#fitting(chunk.text);
      const at = Math.round(Math.min(Math.max(chunk.at, this.#startedAt), now));
      if (text !== '') fitting.push({ ...chunk, text, at });
      if (this.#truncated) break;
    }
    const handed = this.#give(fitting);
    if (this.#truncated) this.#options.limitReached();
    return handed;
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

  #fitting(text: string): string {
    const bytes = Buffer.byteLength(text);
    if (bytes <= this.#bytesLeft) {
      this.#bytesLeft -= bytes;
      return text;
    }
    this.#truncated = true;
    const { length } = take(text, new Uint8Array(Math.max(0, Math.min(CHUNK_BYTES, this.#bytesLeft))));
    return text.slice(0, length);
  }

  #give(chunks: readonly Chunk[]): Promise<void> | void {
    const last = chunks.at(-1);
    if (last === undefined) return;
    this.#last = last.seq;
    const handed = this.#options.observer.output(chunks);
    if (handed === undefined) {
      this.#acknowledge();
      return;
    }
    const pending = handed.then(() => this.#acknowledge());
    this.#pending = pending;
    return pending;
  }

  #acknowledge(): void {
    if (this.#isClosed) return;
    const stored = this.#options.observer.storedSeq();
    this.#options.conversation.acknowledge(stored);
    if (stored >= this.#last) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#acknowledge();
    }, ACKNOWLEDGE_MS);
  }
}
