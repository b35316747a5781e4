/** Calls back at the earliest of the times it was given; after that only when it is given another. */
export class DueTimer implements Disposable {
  readonly #callback: () => void;
  #at = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** @param callback may call `set`; must not throw */
  constructor(callback: () => void) {
    this.#callback = callback;
  }

  /** @param at by `performance.now()`; in the past: as soon as possible. Infinite: not at all, whatever was given before */
  set(at: number): void {
    if (at !== Number.POSITIVE_INFINITY && at >= this.#at) return;
    this[Symbol.dispose]();
    if (at === Number.POSITIVE_INFINITY) return;
    this.#at = at;
    this.#timer = setTimeout(() => this.#due(), Math.max(0, Math.ceil(at - performance.now())));
  }

  /** Calls back no more, unless it is given another time. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#at = Number.POSITIVE_INFINITY;
  }

  #due(): void {
    this.#at = Number.POSITIVE_INFINITY;
    this.#callback();
  }
}
