/**
 * A wait that can be ended before anybody waits: `close()`, check whether there is something to do, then await `opened`.
 * An `open()` in between is not lost.
 */
export class Latch {
  /** Resolves when the latch is opened; at once while it is open. */
  opened: Promise<void> = Promise.resolve();
  #open: (() => void) | null = null;

  /** Does nothing while it is closed: one that nobody has opened can serve again. */
  close(): void {
    if (this.#open) return;
    this.opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open?.();
    this.#open = null;
  }
}
