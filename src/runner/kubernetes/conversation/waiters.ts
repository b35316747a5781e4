/** Those who wait for something that holds now and then. */
export class Waiters {
  readonly #holds: () => boolean;
  readonly #waiting = new Set<() => void>();

  constructor(holds: () => boolean) {
    this.#holds = holds;
  }

  /** Resolves when it holds, at once when it does already. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      this.look();
    });
  }

  /** It may hold now. */
  look(): void {
    if (this.#waiting.size === 0 || !this.#holds()) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
