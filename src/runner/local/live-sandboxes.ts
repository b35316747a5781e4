import { SANDBOXES } from '../../bounds.ts';

interface LiveSandbox {
  readonly exited: Promise<unknown>;
  kill(): void;
}

/** Every sandbox of a host, ready and running. Closing ends them all. */
export class LiveSandboxes<S extends LiveSandbox> implements AsyncDisposable {
  readonly #live = new Set<S>();
  #closed = false;
  /** Called when there is room again after there was none. */
  onRoom: () => void = () => undefined;

  /**
   * Starts one; null while there are as many as there may be. Throws what `start` does.
   * @param start calls `onExit` back once its sandbox has ended
   */
  add(start: (onExit: () => void) => S): S | null {
    if (this.#closed || this.#live.size >= SANDBOXES) return null;
    const sandbox: S = start(() => {
      const wasFull = this.#live.size >= SANDBOXES;
      this.#live.delete(sandbox);
      if (wasFull) this.onRoom();
    });
    this.#live.add(sandbox);
    return sandbox;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const left = [...this.#live];
    for (const sandbox of left) sandbox.kill();
    await Promise.all(left.map(({ exited }) => exited));
  }
}
