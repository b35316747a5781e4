/** Bounds how many do something at once; the others wait in turn, and no longer than a bound. */
export class Places {
  readonly #waiting = new Set<() => void>();
  readonly #waitMs: number;
  #free: number;

  constructor(size: number, waitMs: number) {
    this.#free = size;
    this.#waitMs = waitMs;
  }

  /** Null when none got free in time; otherwise dispose what it returns, once. */
  async take(): Promise<Disposable | null> {
    if (this.#free > 0) this.#free -= 1;
    else if (!(await this.#turn())) return null;
    return { [Symbol.dispose]: () => this.#giveBack() };
  }

  /** A place goes straight to who waits longest, so that nobody who comes later gets in between. */
  #giveBack(): void {
    const [next] = this.#waiting;
    if (next) next();
    else this.#free += 1;
  }

  #turn(): Promise<boolean> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        this.#waiting.delete(go);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(go);
        resolve(false);
      }, this.#waitMs);
      this.#waiting.add(go);
    });
  }
}
