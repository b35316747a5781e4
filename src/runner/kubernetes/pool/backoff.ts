import { backoffMs } from '../../backoff.ts';

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
/** Starts in flight at once as long as all goes well. */
const WIDEST = 16;

/**
 * Holds starts back after failures: pauses that double, with jitter, and after a pause one start alone; each that works
 * doubles how many may be in flight. So a cluster that refuses is asked now and then, and never flooded.
 */
export class Backoff {
  readonly #random: () => number;
  #failures = 0;
  #until = Number.NEGATIVE_INFINITY;
  #width = WIDEST;

  /** @param random from 0 to 1 */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** How many starts may be in flight at `now`. */
  width(now: number): number {
    return now < this.#until ? 0 : this.#width;
  }

  /** When the pause is over; in the past when there is none. */
  get until(): number {
    return this.#until;
  }

  /** Starts that were made together and fail together count once. */
  fail(now: number, longestMs = LONGEST_MS): void {
    if (now < this.#until) return;
    this.#failures += 1;
    this.#width = 1;
    this.#until = now + backoffMs(this.#failures, { firstMs: FIRST_MS, longestMs }, this.#random);
  }

  succeed(): void {
    this.#failures = 0;
    this.#until = Number.NEGATIVE_INFINITY;
    this.#width = Math.min(WIDEST, this.#width * 2);
  }

  /** Something has changed that may let the next start work: a pause is over soon. */
  hurry(now: number): void {
    this.#until = Math.min(this.#until, now + FIRST_MS);
  }
}
