/** A longer break in what is heard counts, milliseconds: to read the log in a stream's place takes almost as long. */
const BREAK_MS = 5000;

/** Since when a pod is heard, over a stream or by its log. Whoever is made to wait by the receiver hears it too. */
export class Contact {
  #heardAt = performance.now();
  #excusedAt = this.#heardAt;
  #steadySince = this.#heardAt;
  #logReadAt = Number.NEGATIVE_INFINITY;
  #isDoubted = false;

  /** The pod was heard. */
  heard(): void {
    const now = performance.now();
    if (now - this.#heardAt > BREAK_MS) this.#steadySince = now;
    this.#heardAt = now;
  }

  /** All that the pod's log has was handed over. */
  logRead(): void {
    this.heard();
    this.#logReadAt = performance.now();
    this.#isDoubted = false;
  }

  /** When the log was read last, by the monotonic clock. */
  get logReadAt(): number {
    return this.#logReadAt;
  }

  /** A stream that is open may be dead all the same, as on a way that has gone silent: the log is to be read. */
  doubt(): void {
    this.#isDoubted = true;
  }

  get isDoubted(): boolean {
    return this.#isDoubted;
  }

  /** No pod can be heard now, so that its silence tells nothing of this one. */
  excuse(): void {
    this.#excusedAt = performance.now();
  }

  /** For how long nothing was heard, milliseconds. */
  get silentMs(): number {
    return performance.now() - this.#heardAt;
  }

  /** The same without the time for which there is an excuse. */
  get unexcusedMs(): number {
    return performance.now() - Math.max(this.#heardAt, this.#excusedAt);
  }

  /** For how long it has been heard without a break, milliseconds. */
  get steadyMs(): number {
    return this.silentMs > BREAK_MS ? 0 : performance.now() - this.#steadySince;
  }
}
