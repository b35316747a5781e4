import { type BackOffBounds, backOffMs } from '../../async/back-off.ts';
import type { Condition } from './condition.ts';
import type { ReadySandbox, StartingSandbox } from './sandbox.ts';

/** Sandboxes that are getting ready. */
export class PendingStarts<S extends ReadySandbox> {
  readonly #starts = new Set<StartingSandbox<S>>();

  get size(): number {
    return this.#starts.size;
  }

  add(start: StartingSandbox<S>): void {
    this.#starts.add(start);
  }

  /** False when it is not here. */
  remove(start: StartingSandbox<S>): boolean {
    return this.#starts.delete(start);
  }

  /** What each waits for; those that nothing keeps from getting ready come first. */
  get conditions(): readonly (Condition | null)[] {
    return this.#ranked().map(({ condition }) => condition);
  }

  /** Gives up so many, those that are furthest from being ready first. */
  cancel(count: number): void {
    if (count <= 0) return;
    for (const start of this.#ranked().slice(-count)) {
      this.#starts.delete(start);
      start.cancel();
    }
  }

  #ranked(): StartingSandbox<S>[] {
    return [...this.#starts].sort((a, b) => rank(a.condition) - rank(b.condition));
  }
}

function rank(condition: Condition | null): number {
  if (condition === null) return 1;
  return condition.type === 'starting' ? 0 : 2;
}

interface StartBackOffOptions extends BackOffBounds {
  /** Starts in flight at once as long as all goes well. */
  readonly maxStarting: number;
  /** From 0 to 1; default `Math.random`. */
  readonly random?: () => number;
}

/**
 * Holds starts back after failures: pauses that double, with jitter, and after a pause one start alone; each that works
 * doubles how many may be in flight. So a host that refuses gets a start now and then, and never flooded.
 */
export class StartBackOff {
  readonly #options: StartBackOffOptions;
  #failures = 0;
  #until = Number.NEGATIVE_INFINITY;
  #width: number;

  constructor(options: StartBackOffOptions) {
    this.#options = options;
    this.#width = options.maxStarting;
  }

  /** Failures in a row; those of starts that were made together count once. */
  get failures(): number {
    return this.#failures;
  }

  /** How many starts may be in flight at `now`. */
  width(now: number): number {
    return now < this.#until ? 0 : this.#width;
  }

  /** When the pause is over; in the past when there is none. */
  get until(): number {
    return this.#until;
  }

  /** @param maxMs the maximum pause, when it is another than usual, milliseconds */
  fail(now: number, maxMs = this.#options.maxMs): void {
    if (now < this.#until) return;
    const { firstMs, random } = this.#options;
    this.#failures += 1;
    this.#width = 1;
    this.#until = now + backOffMs(this.#failures, { firstMs, maxMs }, random);
  }

  succeed(): void {
    this.#failures = 0;
    this.#until = Number.NEGATIVE_INFINITY;
    this.#width = Math.min(this.#options.maxStarting, this.#width * 2);
  }

  /** Something has changed that may let the next start work: a pause is over soon. */
  reset(now: number): void {
    this.#until = Math.min(this.#until, now + this.#options.firstMs);
  }
}
