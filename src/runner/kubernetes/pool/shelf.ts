import type { ReadyPod } from './start.ts';

/** A pod that was ready for so long is replaced, milliseconds. */
export const RENEW_MS = 20 * 60_000;
/** After so long it goes, replaced or not, milliseconds; what a pod's deadline has to cover beside its run. */
export const LONGEST_IDLE_MS = 30 * 60_000;

/** One that nothing can be given to for so long goes, milliseconds: its launcher hears nothing either, and exits. */
const MUTE_MS = 60_000;

interface Placed<P> {
  readonly pod: P;
  readonly since: number;
  /** When it was last seen able to serve. */
  served: number;
}

/** Ready pods, oldest first. */
export class Shelf<P extends ReadyPod> {
  #placed: Placed<P>[] = [];

  get size(): number {
    return this.#placed.length;
  }

  /** Those that a program can be given to now. */
  get usable(): number {
    return this.#placed.filter(({ pod }) => pod.canServe).length;
  }

  /** Those that are to be replaced; they serve until then. */
  old(now: number): number {
    return this.#placed.filter(({ since }) => now - since > RENEW_MS).length;
  }

  put(pod: P, now: number): void {
    this.#placed.push({ pod, since: now, served: now });
  }

  /** The oldest that can serve now. */
  take(): P | null {
    const found = this.#placed.find(({ pod }) => pod.canServe);
    if (found === undefined) return null;
    this.remove(found.pod);
    return found.pod;
  }

  /** False when it is not here. */
  remove(pod: P): boolean {
    const before = this.#placed.length;
    this.#placed = this.#placed.filter((placed) => placed.pod !== pod);
    return this.#placed.length < before;
  }

  discardOldest(count: number): void {
    for (const { pod } of this.#placed.splice(0, Math.max(0, count))) pod.discard();
  }

  /** Discards those that were here for too long, or are of no use. */
  discardExpired(now: number): void {
    for (const placed of this.#placed) if (placed.pod.canServe) placed.served = now;
    const expired = this.#placed.filter(
      ({ since, served }) => now - since > LONGEST_IDLE_MS || now - served > MUTE_MS,
    );
    for (const { pod } of expired) if (this.remove(pod)) pod.discard();
  }
}
