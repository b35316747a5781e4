import type { AttachedStream } from '../cluster.ts';
import { abortable } from '../conversation/abortable.ts';
import type { Arrivals } from './arrivals.ts';

/**
 * Attaches to a pod whose container is about to run. A node that has no such container yet says so; what that costs is a
 * request, so it is tried a few times, and else when the pod's status tells that it runs. Made when the pod was given to
 * its node.
 */
export class EarlyAttach {
  readonly #arrivals: Arrivals;
  readonly #runs: Promise<void>;
  readonly #tries: number[];
  readonly #began = performance.now();
  #isRunning = false;
  #hasArrived = false;

  /** @param runs resolves when the cluster tells that the container runs */
  constructor(arrivals: Arrivals, runs: Promise<void>) {
    this.#arrivals = arrivals;
    this.#runs = runs;
    this.#tries = [...arrivals.tries];
    void runs.then(() => {
      this.#isRunning = true;
    });
  }

  /** @throws the reason of `signal`; what `attach` throws once the container runs */
  async attach(attach: () => Promise<AttachedStream>, signal: AbortSignal): Promise<AttachedStream> {
    while (!this.#isRunning) {
      await this.#nextTry(signal);
      if (this.#isRunning) break;
      try {
        return this.#arrived(await attach());
      } catch {
        // Not there yet, or it cannot be had now: which of them, the attempts after it will tell.
        signal.throwIfAborted();
      }
    }
    return this.#arrived(await attach());
  }

  #arrived(stream: AttachedStream): AttachedStream {
    this.#isRunning = true;
    if (!this.#hasArrived) this.#arrivals.took(performance.now() - this.#began);
    this.#hasArrived = true;
    return stream;
  }

  /** Resolves when it runs, or may. */
  async #nextTry(signal: AbortSignal): Promise<void> {
    const due = this.#tries.shift();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer =
      due === undefined ? undefined : setTimeout(resolve, Math.max(0, this.#began + due - performance.now()));
    try {
      await abortable(Promise.race([promise, this.#runs]), signal);
    } finally {
      clearTimeout(timer);
    }
  }
}
