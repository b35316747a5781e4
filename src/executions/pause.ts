/**
 * A wait that can be ended before anybody waits: `begin()`, then look whether there is something to do, then
 * await `over`. An `end()` that comes in between is not lost.
 */
export class Pause {
  over: Promise<void> = Promise.resolve();
  #end: (() => void) | null = null;

  begin(): void {
    // A pause that has not been ended can serve again: nobody has waited it out.
    if (this.#end) return;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  end(): void {
    this.#end?.();
    this.#end = null;
  }
}
