import type { Logger } from '../../executions/telemetry.ts';
import type { SandboxOutcome } from '../run/endings/outcome.ts';
import type { WaitLimits } from './condition.ts';
import { Pool } from './pool.ts';
import type { Pace } from './pool-options.ts';
import type { ReadySandbox, StartSandbox } from './sandbox.ts';

/** What distinguishes sandboxes of one pool from another's. `L`: the names of launchers. */
export interface SandboxKind<L extends string> {
  readonly launcher: L;
  readonly memoryMb: number;
  readonly cpuMillis: number;
}

/** What `Pools.take` gives. */
export type Taken<S> =
  | { readonly kind: 'ready'; readonly sandbox: S; readonly warm: boolean }
  | SandboxOutcome;

export interface PoolsOptions<S extends ReadySandbox, L extends string> {
  /** What messages call a sandbox: `pod`. */
  readonly noun: string;
  /** Sandboxes kept ready for each launcher. */
  readonly sizes: ReadonlyMap<L, number>;
  /** Limits of those kept ready. */
  readonly warm: Omit<SandboxKind<L>, 'launcher'>;
  /** Begins a sandbox of that kind. */
  readonly start: (kind: SandboxKind<L>) => StartSandbox<S>;
  readonly pace: Pace;
  readonly limits: WaitLimits;
  readonly problem: () => string | null;
  readonly logger: Logger;
}

/** Warm sandboxes are preempted for somebody who has waited for room so long, one at a time, milliseconds. */
const PREEMPT_AFTER_MS = 1000;
/** Nothing is made for a pool so long after somebody waited for room, milliseconds: more of the like may come. */
const CALM_MS = 5000;

/**
 * A pool of warm sandboxes for each launcher, and one for each other kind as long as somebody waits for one. When room is
 * short warm sandboxes are preempted: first another launcher's, then those of the same that are of no use.
 */
export class Pools<S extends ReadySandbox, L extends string> implements Disposable {
  readonly #options: PoolsOptions<S, L>;
  readonly #warm: ReadonlyMap<L, Pool<S>>;
  /** Of other limits, by them. */
  readonly #special = new Map<string, Pool<S>>();
  #unschedulableUntil = Number.NEGATIVE_INFINITY;
  #preemptedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: PoolsOptions<S, L>) {
    this.#options = options;
    const { sizes, warm } = options;
    this.#warm = new Map(
      [...sizes].map(([launcher, size]) => [launcher, this.#open({ launcher, ...warm }, size)]),
    );
  }

  /** The pools of warm sandboxes. */
  get warm(): readonly Pool<S>[] {
    return [...this.#warm.values()];
  }

  get problems(): readonly string[] {
    return [...new Set(this.#all().map(({ problem }) => problem))].filter((problem) => problem !== null);
  }

  /**
   * The pool that has sandboxes of that kind: the warm ones' when those do. A lower memory limit is kept inside a
   * sandbox; the processor's can only be set from outside.
   */
  of(kind: SandboxKind<L>): Pool<S> {
    const { memoryMb, cpuMillis } = this.#options.warm;
    const isWarm = kind.memoryMb <= memoryMb && kind.cpuMillis === cpuMillis;
    const warm = isWarm ? this.#warm.get(kind.launcher) : undefined;
    if (warm !== undefined) return warm;
    const key = `${kind.launcher} ${kind.memoryMb} ${kind.cpuMillis}`;
    const pool = this.#special.get(key) ?? this.#open(kind, 0);
    this.#special.set(key, pool);
    return pool;
  }

  /** A warm sandbox of that kind, else the next that gets ready; as `Pool.wait`. */
  async take(kind: SandboxKind<L>, report: (message: string) => void, stop: AbortSignal): Promise<Taken<S>> {
    const pool = this.of(kind);
    const sandbox = pool.take();
    if (sandbox !== null) return { kind: 'ready', sandbox, warm: true };
    const waited = await pool.wait(report, stop);
    return waited.kind === 'ready' ? { ...waited, warm: false } : waited;
  }

  /** Begins to make warm sandboxes. */
  fill(): void {
    for (const pool of this.#all()) pool.reconcile();
  }

  /** A sandbox has gone: what was refused may work now. */
  freed(): void {
    for (const pool of this.#all()) pool.resetBackOff();
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const pool of this.#all()) pool[Symbol.dispose]();
  }

  #all(): Pool<S>[] {
    return [...this.warm, ...this.#special.values()];
  }

  #open(kind: SandboxKind<L>, size: number): Pool<S> {
    const { noun, start, pace, limits, problem, logger } = this.#options;
    return new Pool({
      launcher: kind.launcher,
      noun,
      size,
      start: start(kind),
      pace,
      limits,
      problem,
      mayRefill: () => performance.now() >= this.#unschedulableUntil,
      onReconciled: () => this.#onReconciled(),
      logger,
    });
  }

  #onReconciled(): void {
    if (this.#closed) return;
    const now = performance.now();
    for (const [key, pool] of this.#special) {
      if (!pool.isIdle) continue;
      pool[Symbol.dispose]();
      this.#special.delete(key);
    }
    const unschedulable = this.#all().filter(({ unschedulableSince }) => unschedulableSince !== null);
    if (unschedulable.length === 0) return;
    const isNew = now >= this.#unschedulableUntil;
    this.#unschedulableUntil = now + CALM_MS;
    // What is being made for the pools only takes room now.
    if (isNew) for (const pool of this.warm) pool.reconcile();
    const since = Math.min(...unschedulable.map(({ unschedulableSince }) => unschedulableSince ?? now));
    if (now - since >= PREEMPT_AFTER_MS && now - this.#preemptedAt >= PREEMPT_AFTER_MS)
      this.#preempt(unschedulable, now);
  }

  #preempt(unschedulable: readonly Pool<S>[], now: number): void {
    const others = this.warm.filter(
      (pool) => !unschedulable.some(({ launcher }) => launcher === pool.launcher),
    );
    const inTurn = [...others, ...this.warm.filter((pool) => !others.includes(pool))];
    if (!inTurn.some((pool) => pool.preempt())) return;
    this.#preemptedAt = now;
    for (const pool of unschedulable) pool.resetBackOff();
  }
}
