/** Reconciles at times, and when asked to; one at a time. A pass that is asked for within another follows it. */
export class ReconcileLoop implements Disposable {
  readonly #reconcile: () => void;
  readonly #onReconciled: () => void;
  #timer: NodeJS.Timeout | null = null;
  #mode: 'idle' | 'reconciling' | 'reconciling, again' | 'closed' = 'idle';

  /** @param onReconciled called after the last of the passes that followed one another */
  constructor(reconcile: () => void, onReconciled: () => void) {
    this.#reconcile = reconcile;
    this.#onReconciled = onReconciled;
  }

  now(): void {
    if (this.#mode === 'closed') return;
    if (this.#mode !== 'idle') {
      this.#mode = 'reconciling, again';
      return;
    }
    try {
      do {
        this.#mode = 'reconciling';
        this.#reconcile();
      } while (this.#isWantedAgain());
    } finally {
      if (!this.#isClosed()) this.#mode = 'idle';
    }
    if (!this.#isClosed()) this.#onReconciled();
  }

  /** After so long, in the place of what was set before, milliseconds. */
  after(ms: number): void {
    if (this.#mode === 'closed') return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), ms).unref();
  }

  [Symbol.dispose](): void {
    this.#mode = 'closed';
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** A pass may have asked for another, or closed the loop. */
  #isWantedAgain(): boolean {
    return this.#mode === 'reconciling, again';
  }

  #isClosed(): boolean {
    return this.#mode === 'closed';
  }
}
