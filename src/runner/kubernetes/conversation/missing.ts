/** How often the same is asked for without anything new before the launcher is given up. */
const ATTEMPTS = 6;
/** Pause before the second attempt, milliseconds; it doubles. Also the least time between two questions. */
const PAUSE_MS = 100;
/** How long what was asked for may take to come after the answer, milliseconds. */
const PATIENCE_MS = 2000;

export interface MissingOptions {
  /** Asks for everything that has not come. */
  readonly ask: () => void;
  readonly givenUp: () => void;
}

/** Asks the launcher again for what did not come, with growing pauses and not for ever. */
export class Missing implements Disposable {
  readonly #options: MissingOptions;
  #attempts = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #isWaitingForAnswer = false;
  /** Whether the timer only watches over what was answered. */
  #isPatient = false;

  constructor(options: MissingOptions) {
    this.#options = options;
  }

  /** Whether asking once did not bring it. */
  get isLacking(): boolean {
    return this.#attempts > 1;
  }

  /** Something is missing, or may be. */
  notice(): void {
    if (this.#isWaitingForAnswer || (this.#timer !== null && !this.#isPatient)) return;
    if (this.#attempts >= ATTEMPTS) {
      this.#options.givenUp();
      return;
    }
    const pause = this.#attempts === 0 ? 0 : PAUSE_MS * 2 ** this.#attempts;
    this.#attempts += 1;
    const due = Math.max(this.#askedAt + PAUSE_MS, performance.now() + pause);
    this.#after(due - performance.now(), () => this.#options.ask());
  }

  /** Everything that has not come was asked for, for whatever reason. */
  asked(): void {
    this.#clear();
    this.#askedAt = performance.now();
    this.#isWaitingForAnswer = true;
  }

  /** The launcher has answered; what was asked for comes after the answer. */
  answered(isComplete: boolean): void {
    this.#isWaitingForAnswer = false;
    if (isComplete) {
      this.progress();
    } else {
      this.#after(PATIENCE_MS, () => this.notice());
      this.#isPatient = true;
    }
  }

  /** Something new has come. */
  progress(): void {
    this.#attempts = 0;
    if (!this.#isWaitingForAnswer) this.#clear();
  }

  /** The stream is gone: the next one begins with a question of its own. */
  streamClosed(): void {
    this.#clear();
    this.#isWaitingForAnswer = false;
  }

  [Symbol.dispose](): void {
    this.#clear();
  }

  #after(ms: number, callback: () => void): void {
    this.#clear();
    const due = (): void => {
      this.#clear();
      callback();
    };
    if (ms <= 0) due();
    else this.#timer = setTimeout(due, ms);
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isPatient = false;
  }
}
