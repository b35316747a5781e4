/**
 * Counts the bytes of text that wait in memory to be stored, over all executions. It never refuses: whoever adds
 * above the bound is told to wait before it adds more.
 */
export class UnstoredBudget {
  readonly #bound: number;
  #bytes = 0;
  #waiting: (() => void)[] = [];

  /** @param bound bytes */
  constructor(bound: number) {
    this.#bound = bound;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  remove(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes >= this.#bound) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  /** Undefined when there is room, else a promise that resolves when there is. */
  room(): Promise<void> | undefined {
    if (this.#bytes < this.#bound) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
