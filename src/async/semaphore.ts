/** Bounds how many hold a permit at once; the others wait in turn, and no longer than a bound. */
export class Semaphore {
  readonly #waiting = new Set<() => void>();
  readonly #maxWaitMs: number;
  #free: number;

  constructor(permits: number, maxWaitMs: number) {
    this.#free = permits;
    this.#maxWaitMs = maxWaitMs;
  }

  /** A permit to dispose, once; null when none got free in time. */
  async acquire(): Promise<Disposable | null> {
    if (this.#free > 0) this.#free -= 1;
    else if (!(await this.#turn())) return null;
    return { [Symbol.dispose]: () => this.#release() };
  }

  /** A permit goes straight to who waits longest, so that none who comes later gets in between. */
  #release(): void {
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
      }, this.#maxWaitMs);
      this.#waiting.add(go);
    });
  }
}
