import type { Pace } from './pool-options.ts';
import type { ReadySandbox } from './sandbox.ts';

interface Idle<S> {
  readonly sandbox: S;
  readonly since: number;
  /** When it was last seen able to serve. */
  servedAt: number;
  isPrepared: boolean;
}

/** Ready sandboxes, oldest first. */
export class IdleSet<S extends ReadySandbox> {
  readonly #pace: Pace;
  #idle: Idle<S>[] = [];

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  get size(): number {
    return this.#idle.length;
  }

  /** Those that a program can be given to now. */
  get usable(): number {
    return this.#idle.filter(({ sandbox }) => sandbox.canServe).length;
  }

  /** Those that are to be replaced; they serve until then. */
  old(now: number): number {
    return this.#idle.filter(({ since }) => now - since > this.#pace.renewAfterMs).length;
  }

  put(sandbox: S, now: number): void {
    this.#idle.push({ sandbox, since: now, servedAt: now, isPrepared: sandbox.canPrepare !== true });
  }

  /** The oldest that can serve now. */
  take(): S | null {
    const index = this.#idle.findIndex(({ sandbox }) => sandbox.canServe);
    return index === -1 ? null : (this.#idle.splice(index, 1)[0]?.sandbox ?? null);
  }

  /** False when it is not here. */
  remove(sandbox: S): boolean {
    const index = this.#idle.findIndex((idle) => idle.sandbox === sandbox);
    if (index !== -1) this.#idle.splice(index, 1);
    return index !== -1;
  }

  /** Whether one could load more. */
  get hasUnprepared(): boolean {
    return this.#idle.some(({ isPrepared }) => !isPrepared);
  }

  /** Has the oldest that can load more do so. */
  prepareNext(): void {
    const next = this.#idle.find(({ isPrepared, sandbox }) => !isPrepared && sandbox.canServe);
    if (next === undefined) return;
    next.isPrepared = true;
    next.sandbox.prepare?.();
  }

  discardOldest(count: number): void {
    for (const { sandbox } of this.#idle.splice(0, Math.max(0, count))) sandbox.discard();
  }

  /** Discards those that were here for too long, or are of no use. */
  discardExpired(now: number): void {
    const { maxIdleMs, maxUnresponsiveMs } = this.#pace;
    for (const idle of this.#idle) if (idle.sandbox.canServe) idle.servedAt = now;
    const expired = this.#idle.filter(
      ({ since, servedAt }) => now - since > maxIdleMs || now - servedAt > maxUnresponsiveMs,
    );
    for (const { sandbox } of expired) if (this.remove(sandbox)) sandbox.discard();
  }
}
