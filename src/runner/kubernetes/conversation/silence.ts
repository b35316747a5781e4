/** A launcher that was not heard for so long is asked; so long it has to answer. Milliseconds. */
const SILENCE_MS = 10_000;

export interface SilenceOptions {
  /** Asks the launcher; `asked` is called by it. */
  readonly ask: () => void;
  /** It has not answered: nothing comes or goes over this stream any more. */
  readonly dead: () => void;
  /** Whether nothing can be heard, as we do not read. */
  readonly isPaused: () => boolean;
  /** Bytes on their way to the launcher: as long as they get fewer, the stream lives. */
  readonly bytesToSend: () => number;
}

/** Tells a silent program from a dead stream, for one stream. */
export class Silence implements Disposable {
  readonly #options: SilenceOptions;
  #heardAt = performance.now();
  /** When the question was asked that waits for its answer. */
  #askedAt: number | null = null;
  #bytesToSend = 0;
  #timer: NodeJS.Timeout;

  constructor(options: SilenceOptions) {
    this.#options = options;
    this.#timer = setTimeout(() => this.#look(), SILENCE_MS);
  }

  heard(): void {
    this.#heardAt = performance.now();
  }

  asked(): void {
    this.#askedAt ??= performance.now();
  }

  answered(): void {
    this.#askedAt = null;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    const bytesToSend = this.#options.bytesToSend();
    const isSending = bytesToSend > 0 && bytesToSend < this.#bytesToSend;
    this.#bytesToSend = bytesToSend;
    if (isSending || this.#options.isPaused()) {
      this.#heardAt = now;
      if (this.#askedAt !== null) this.#askedAt = now;
    }
    if (this.#askedAt !== null && now - this.#askedAt >= SILENCE_MS) {
      this.#options.dead();
      return;
    }
    if (this.#askedAt === null && now - this.#heardAt >= SILENCE_MS) this.#options.ask();
    const since = this.#askedAt ?? this.#heardAt;
    this.#timer = setTimeout(() => this.#look(), Math.max(100, since + SILENCE_MS - now));
  }
}
