import { randomUUID } from 'node:crypto';
import type { AttachedStream } from '../cluster.ts';
import { Missing } from './missing.ts';
import { Silence } from './silence.ts';

/**
 * A stream's first question is asked again after this long, then twice as long each time, milliseconds: a stream may be
 * open before the pod's output is joined to it, and the first answer goes to nobody (7 of 100 attached at once).
 */
const FIRST_AGAIN_MS = 500;

export interface QuestionsOptions {
  /** Sends a question; `from` null: nothing is to be repeated. */
  readonly send: (nonce: string, from: number | null) => void;
  /** Number after which nothing has come; null when nothing is to come. */
  readonly from: () => number | null;
  /** Whether nothing can be heard, as we do not read. */
  readonly isPaused: () => boolean;
  /** Nothing comes or goes over this stream any more. */
  readonly dead: () => void;
  /** What is missing cannot be had. */
  readonly givenUp: () => void;
}

/** What a launcher is asked: at the beginning of each stream, when it is silent, and for what did not come. */
export class Questions implements Disposable {
  readonly #options: QuestionsOptions;
  readonly #missing: Missing;
  /** Of the present stream. */
  #silence: Silence | null = null;
  #again: NodeJS.Timeout | null = null;
  #open: { readonly nonce: string; readonly isForMissing: boolean } | null = null;

  constructor(options: QuestionsOptions) {
    this.#options = options;
    this.#missing = new Missing({ ask: () => this.ask(), givenUp: options.givenUp });
  }

  /** Whether something did not come though it was asked for. */
  get isLacking(): boolean {
    return this.#missing.isLacking;
  }

  streamOpened(stream: AttachedStream): void {
    const { isPaused, dead } = this.#options;
    this.#silence = new Silence({
      ask: () => this.#ask(null),
      dead,
      isPaused,
      bytesToSend: () => stream.bufferedBytes,
    });
    this.ask();
    this.#askAgain(FIRST_AGAIN_MS);
  }

  streamClosed(): void {
    this.#open = null;
    this.#stopAskingAgain();
    this.#silence?.[Symbol.dispose]();
    this.#silence = null;
    this.#missing.streamClosed();
  }

  /** Asks for everything that has not come. */
  ask(): void {
    this.#ask(this.#options.from());
  }

  /** Something came. */
  heard(): void {
    this.#silence?.heard();
  }

  /** Something new came of the program. */
  progress(): void {
    this.#missing.progress();
  }

  /** Something is missing, or may be. */
  missed(): void {
    this.#missing.notice();
  }

  /** Whether the question of that nonce waits for its answer. */
  isOpen(nonce: string): boolean {
    return this.#open?.nonce === nonce;
  }

  /** The open question was answered. `isComplete`: nothing that the launcher told has not come. */
  answered(isComplete: boolean): void {
    const isForMissing = this.#open?.isForMissing ?? false;
    this.#open = null;
    this.#stopAskingAgain();
    this.#silence?.answered();
    if (isForMissing) this.#missing.answered(isComplete);
    else if (!isComplete) this.#missing.notice();
  }

  /** Asks nothing more. */
  [Symbol.dispose](): void {
    this.streamClosed();
    this.#missing[Symbol.dispose]();
  }

  #askAgain(afterMs: number): void {
    this.#again = setTimeout(() => {
      if (!this.#options.isPaused()) this.ask();
      this.#askAgain(2 * afterMs);
    }, afterMs);
  }

  #stopAskingAgain(): void {
    if (this.#again) clearTimeout(this.#again);
    this.#again = null;
  }

  #ask(from: number | null): void {
    const nonce = randomUUID();
    this.#open = { nonce, isForMissing: from !== null };
    if (from !== null) this.#missing.asked();
    this.#silence?.asked();
    this.#options.send(nonce, from);
  }
}
