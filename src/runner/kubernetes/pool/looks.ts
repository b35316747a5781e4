/** Looks now and then, and when told to; one at a time. A look that is asked for within another follows it. */
export class Looks implements Disposable {
  readonly #look: () => void;
  readonly #looked: () => void;
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;
  #isWanted = false;
  #isClosed = false;

  /** @param looked called after the last of the looks that followed one another */
  constructor(look: () => void, looked: () => void) {
    this.#look = look;
    this.#looked = looked;
  }

  now(): void {
    this.#isWanted = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#isWanted && !this.#isClosed) {
        this.#isWanted = false;
        this.#look();
      }
    } finally {
      this.#isLooking = false;
    }
    if (!this.#isClosed) this.#looked();
  }

  /** After so long, in the place of what was said before, milliseconds. */
  after(ms: number): void {
    if (this.#isClosed) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), ms).unref();
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
