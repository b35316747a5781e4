import { abortable } from '../../../async/abortable.ts';
import type { AttachedStream } from '../cluster.ts';

/**
 * Attaches to a pod whose container is about to run. A node that has no such container yet says so; what that costs is a
 * request, so it is tried a few times, and else when the pod's status shows that it runs. Made when the pod was given to
 * its node.
 */
export class EarlyAttach {
  readonly #startLatency: StartLatency;
  readonly #runs: Promise<void>;
  readonly #attemptsAt: number[];
  readonly #began = performance.now();
  #isRunning = false;
  #hasArrived = false;

  /** @param runs resolves when the cluster shows that the container runs */
  constructor(startLatency: StartLatency, runs: Promise<void>) {
    this.#startLatency = startLatency;
    this.#runs = runs;
    this.#attemptsAt = [...startLatency.attemptsAt];
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
        // Not there yet, or it cannot be had now: which of them, the next attempts show.
        signal.throwIfAborted();
      }
    }
    return this.#arrived(await attach());
  }

  #arrived(stream: AttachedStream): AttachedStream {
    this.#isRunning = true;
    if (!this.#hasArrived) this.#startLatency.record(performance.now() - this.#began);
    this.#hasArrived = true;
    return stream;
  }

  /** Resolves when it runs, or may. */
  async #nextTry(signal: AbortSignal): Promise<void> {
    const due = this.#attemptsAt.shift();
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

/** As long as none has arrived, milliseconds. */
const FIRST_ESTIMATE_MS = 600;
const MIN_MS = 100;
/** A start that took longer hardly says anything of the next. Milliseconds. */
const MAX_MS = 10_000;
/** Of the usual time. Each attempt is a request to the cluster. */
const SHARES = [0.75, 0.9, 1.05, 1.3];
/** What the last one counts for. */
const WEIGHT = 0.3;

/**
 * When a pod's container may run, by how long it took others after they were given to their node. The node knows at
 * once, the pod's status shows it up to a second later.
 */
export class StartLatency {
  #usualMs = FIRST_ESTIMATE_MS;

  /** After how long to try, rising, milliseconds. */
  get attemptsAt(): readonly number[] {
    return SHARES.map((share) => share * this.#usualMs);
  }

  /** One was found running after so long. */
  record(ms: number): void {
    this.#usualMs += WEIGHT * (Math.min(MAX_MS, Math.max(MIN_MS, ms)) - this.#usualMs);
  }
}
