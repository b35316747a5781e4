/** As long as none has arrived, milliseconds. */
const FIRST_MS = 600;
const LEAST_MS = 100;
/** A start that took longer hardly says anything of the next. Milliseconds. */
const MOST_MS = 10_000;
/** Of the usual time. Each attempt is a request that the cluster has to answer. */
const SHARES = [0.75, 0.9, 1.05, 1.3];
/** What the last one counts for. */
const WEIGHT = 0.3;

/**
 * When a pod's container may run, by how long it took others after they were given to their node. The node knows at
 * once, the pod's status tells of it up to a second later.
 */
export class Arrivals {
  #usualMs = FIRST_MS;

  /** After how long to try, rising, milliseconds. */
  get tries(): readonly number[] {
    return SHARES.map((share) => share * this.#usualMs);
  }

  /** One was found running after so long. */
  took(ms: number): void {
    this.#usualMs += WEIGHT * (Math.min(MOST_MS, Math.max(LEAST_MS, ms)) - this.#usualMs);
  }
}
