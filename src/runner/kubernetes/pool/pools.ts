import type { Logger } from '../../../executions/telemetry.ts';
import type { LauncherName } from '../pods/pod.ts';
import type { WaitLimits } from './hindrance.ts';
import { Pool } from './pool.ts';
import type { ReadyPod, StartPod } from './start.ts';

/** What tells pods of one pool from another's. */
export interface PodKind {
  readonly launcher: LauncherName;
  readonly memoryMb: number;
  readonly cpuMillis: number;
}

export interface PoolsOptions<P extends ReadyPod> {
  /** Pods kept ready for each launcher. */
  readonly sizes: { readonly [launcher in LauncherName]: number };
  /** Limits of the pods kept ready. */
  readonly warm: Omit<PodKind, 'launcher'>;
  /** Begins a pod of that kind. */
  readonly start: (kind: PodKind) => StartPod<P>;
  readonly limits: WaitLimits;
  readonly problem: () => string | null;
  readonly logger: Logger;
}

/** Warm pods give way to somebody who has waited for room so long, one pod at a time, milliseconds. */
const GIVE_WAY_MS = 1000;
/** Nothing is made for a pool so long after somebody waited for room, milliseconds: more of the like may come. */
const CALM_MS = 5000;
const LAUNCHERS: readonly LauncherName[] = ['python', 'javascript'];

/**
 * A pool of warm pods for each launcher, and one for each other kind of pod as long as somebody waits for one. When room
 * is short the warm pods give way: first another launcher's, then those of the same that are of no use.
 */
export class Pools<P extends ReadyPod> implements Disposable {
  readonly #options: PoolsOptions<P>;
  readonly #warm: { readonly [launcher in LauncherName]: Pool<P> };
  /** Of other limits, by them. */
  readonly #special = new Map<string, Pool<P>>();
  #crowdedUntil = Number.NEGATIVE_INFINITY;
  #gaveWay = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: PoolsOptions<P>) {
    this.#options = options;
    const { sizes, warm } = options;
    this.#warm = {
      python: this.#open({ launcher: 'python', ...warm }, sizes.python),
      javascript: this.#open({ launcher: 'javascript', ...warm }, sizes.javascript),
    };
  }

  /** The pools of warm pods. */
  get warm(): readonly Pool<P>[] {
    return LAUNCHERS.map((launcher) => this.#warm[launcher]);
  }

  get problems(): readonly string[] {
    return [...new Set(this.#all().map(({ problem }) => problem))].filter((problem) => problem !== null);
  }

  /**
   * The pool to ask for a pod of that kind: the warm ones' when those do. A lower memory limit is kept inside a pod; the
   * processor's can only be set from outside.
   */
  of(kind: PodKind): Pool<P> {
    const { memoryMb, cpuMillis } = this.#options.warm;
    if (kind.memoryMb <= memoryMb && kind.cpuMillis === cpuMillis) return this.#warm[kind.launcher];
    const key = `${kind.launcher} ${kind.memoryMb} ${kind.cpuMillis}`;
    const pool = this.#special.get(key) ?? this.#open(kind, 0);
    this.#special.set(key, pool);
    return pool;
  }

  /** Begins to make warm pods. */
  fill(): void {
    for (const pool of this.#all()) pool.look();
  }

  /** A pod has gone: what was refused may work now. */
  freed(): void {
    for (const pool of this.#all()) pool.hurry();
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const pool of this.#all()) pool[Symbol.dispose]();
  }

  #all(): Pool<P>[] {
    return [...this.warm, ...this.#special.values()];
  }

  #open(kind: PodKind, size: number): Pool<P> {
    const { start, limits, problem, logger } = this.#options;
    return new Pool({
      name: kind.launcher,
      size,
      start: start(kind),
      limits,
      problem,
      mayRefill: () => performance.now() >= this.#crowdedUntil,
      looked: () => this.#looked(),
      logger,
    });
  }

  #looked(): void {
    if (this.#closed) return;
    const now = performance.now();
    for (const [key, pool] of this.#special) {
      if (!pool.isIdle) continue;
      pool[Symbol.dispose]();
      this.#special.delete(key);
    }
    const crowded = this.#all().filter(({ crowdedSince }) => crowdedSince !== null);
    if (crowded.length === 0) return;
    const isNew = now >= this.#crowdedUntil;
    this.#crowdedUntil = now + CALM_MS;
    // What is being made for the pools only takes room now.
    if (isNew) for (const pool of this.warm) pool.look();
    const longest = Math.min(...crowded.map(({ crowdedSince }) => crowdedSince ?? now));
    if (now - longest >= GIVE_WAY_MS && now - this.#gaveWay >= GIVE_WAY_MS) this.#giveWay(crowded, now);
  }

  #giveWay(crowded: readonly Pool<P>[], now: number): void {
    const others = this.warm.filter((pool) => !crowded.some(({ name }) => name === pool.name));
    const inTurn = [...others, ...this.warm.filter((pool) => !others.includes(pool))];
    if (!inTurn.some((pool) => pool.giveWay())) return;
    this.#gaveWay = now;
    for (const pool of crowded) pool.hurry();
  }
}
