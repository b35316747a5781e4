import type { WarmSandboxes } from '../../executions/runner.ts';
import { notStarted, type Waited } from '../run/endings/outcome.ts';
import { type Condition, StartError } from './condition.ts';
import { IdleSet } from './idle-set.ts';
import type { PoolOptions } from './pool-options.ts';
import { ReconcileLoop } from './reconcile-loop.ts';
import type { ReadySandbox, StartingSandbox } from './sandbox.ts';
import { PendingStarts, StartBackOff } from './starts.ts';
import { Waiter, WaitQueue } from './wait-queue.ts';

/** Sandboxes beyond what is wanted are kept this long, milliseconds: who was turned away comes back soon. */
const EXCESS_MS = 2000;
/** Max pause while somebody waits for quota or admission: it may be there any moment. Milliseconds. */
const REFUSED_MAX_MS = 5000;
/** How often all is reconciled, whatever was reported, milliseconds. */
const RECONCILE_INTERVAL_MS = 10_000;
const BUSY_INTERVAL_MS = 1000;

/**
 * Sandboxes of one launcher with the same limits. Each is starting, then ready, then taken once; a request gets one that is
 * ready at once, else the next to get ready, in the order of asking.
 *
 * Every pass of its loop works from what is there: it serves, starts what is missing, reports to those who wait why they
 * do, and gives up what is too much. An event that is lost costs no more than the time to the next pass. A pool is in one
 * of these modes:
 *
 * - *filling*: what is missing is started, as far as its pace goes. From the beginning.
 * - *backing off*: after a failed start nothing is started until a pause is over, then one alone. Left when one gets ready.
 * - *closed*: disposed. Nothing is started, taken or waited for.
 */
export class Pool<S extends ReadySandbox> implements Disposable {
  readonly #options: PoolOptions<S>;
  readonly #ready: IdleSet<S>;
  readonly #starts = new PendingStarts<S>();
  readonly #backOff: StartBackOff;
  readonly #queue = new WaitQueue<S>();
  readonly #loop: ReconcileLoop;
  /** Why the last start came to nothing, until one works. */
  #failure: Condition | null = null;
  #refillAt = Number.NEGATIVE_INFINITY;
  #prepareAt = Number.NEGATIVE_INFINITY;
  #excessSince: number | null = null;
  #closed = false;
  #made = 0;

  constructor(options: PoolOptions<S>) {
    const { pace, onReconciled = () => undefined } = options;
    this.#options = options;
    this.#ready = new IdleSet(pace);
    this.#backOff = new StartBackOff({ ...pace.backOff, maxStarting: pace.maxStarting });
    this.#loop = new ReconcileLoop(() => this.#reconcile(performance.now()), onReconciled);
  }

  get launcher(): string {
    return this.#options.launcher;
  }

  get wanted(): number {
    return this.#options.size;
  }

  get readyCount(): number {
    return this.#ready.usable;
  }

  /** For metrics. */
  get warm(): WarmSandboxes {
    return { launcher: this.launcher, ready: this.readyCount, wanted: this.wanted, made: this.#made };
  }

  /** Whether there is nothing here and nobody waits. */
  get isIdle(): boolean {
    return this.#queue.size + this.#starts.size + this.#ready.size === 0;
  }

  /** Since when somebody has been waiting for room; null when nobody is. */
  get unschedulableSince(): number | null {
    return this.#queue.unschedulableSince;
  }

  /** What keeps sandboxes from getting ready; null when nothing does, or nothing that passes with the load. */
  get problem(): string | null {
    const condition = this.#failure ?? this.#starts.conditions.at(-1) ?? null;
    if (condition === null || condition.type === 'starting' || condition.type === 'preparing') return null;
    if (condition.type === 'scheduling' && this.readyCount > 0) return null;
    return `No ${this.#title} gets ready: ${condition.message}`;
  }

  /** What is being made that all its sandboxes start from; null when nothing is. */
  get preparing(): string | null {
    return this.#starts.conditions.find((condition) => condition?.type === 'preparing')?.message ?? null;
  }

  /** A ready sandbox, or null: then `wait` for one. */
  take(): S | null {
    return this.#closed || this.#queue.size > 0 ? null : this.#takeReady(performance.now());
  }

  /**
   * The next sandbox that gets ready, or the end that a wait comes to that takes too long. Not started when the host cannot
   * be used, when starts keep failing, and as soon as `stop` aborts. Never rejects.
   * @param report receives why it waits, whenever that changes
   */
  async wait(report: (message: string) => void, stop: AbortSignal): Promise<Waited<S>> {
    if (this.#closed) return notStarted('The runner is closing.');
    const waiter = new Waiter<S>(this.#options.limits ?? null, report);
    const onStop = (): void => {
      waiter.reject('Stopped before it was started.');
      this.#queue.remove(waiter);
      this.reconcile();
    };
    stop.addEventListener('abort', onStop, { once: true });
    if (!stop.aborted) this.#queue.add(waiter);
    if (stop.aborted) onStop();
    else this.reconcile();
    try {
      return await waiter.sandbox;
    } finally {
      stop.removeEventListener('abort', onStop);
    }
  }

  /** Gives up one sandbox that nobody waits for, to make room. False when there is none. */
  preempt(): boolean {
    if (this.#ready.size <= this.#queue.size) return false;
    this.#ready.discardOldest(1);
    return true;
  }

  /** Something was freed: a start that was refused may work now. */
  resetBackOff(): void {
    if (this.#failure === null) return;
    this.#backOff.reset(performance.now());
    this.reconcile();
  }

  /** Does what is to be done now. Called whenever something has changed. */
  reconcile(): void {
    this.#loop.now();
  }

  /** Turns away who waits and gives up all sandboxes. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.#loop[Symbol.dispose]();
    this.#queue.reject('The runner is closing.');
    this.#ready.discardOldest(this.#ready.size);
    this.#starts.cancel(this.#starts.size);
  }

  get #title(): string {
    return `${this.#options.launcher} ${this.#options.noun}`;
  }

  get #problem(): string | null {
    return this.#options.problem?.() ?? null;
  }

  get #mayRefill(): boolean {
    return this.#options.mayRefill?.() ?? true;
  }

  #reconcile(now: number): void {
    this.#queue.serve(() => this.#takeReady(now));
    this.#startMissing(now);
    this.#updateWaiters(now);
    this.#trim(now);
    this.#prepare(now);
    this.#reconcileLater(now);
  }

  #takeReady(now: number): S | null {
    const sandbox = this.#ready.take();
    if (sandbox === null) return null;
    const { refillAfterMs, prepareAfterMs } = this.#options.pace;
    this.#refillAt = now + refillAfterMs;
    this.#prepareAt = now + prepareAfterMs;
    this.#reconcileLater(now);
    return sandbox;
  }

  #startMissing(now: number): void {
    const waiting = this.#queue.size;
    const { maxRefilling, refillsWhileAwaited } = this.#options.pace;
    const refills = now >= this.#refillAt || (waiting > 0 && refillsWhileAwaited);
    const forPool = refills ? this.#missingForPool(now) : 0;
    const max = Math.min(this.#backOff.width(now), Math.max(waiting, maxRefilling));
    const wanted = this.#problem === null ? Math.min(waiting + forPool, max) : 0;
    // A pool made on demand that nothing takes from any more has no problem to report.
    if (wanted === 0 && this.isIdle && now >= this.#backOff.until) this.#failure = null;
    while (this.#starts.size < wanted && this.#start());
  }

  /** Starts that the pool wants for itself, begun or not. */
  #missingForPool(now: number): number {
    if (!this.#mayRefill) return 0;
    return Math.max(0, this.wanted - this.#ready.size + this.#ready.old(now));
  }

  /** False while there may be no more sandboxes. */
  #start(): boolean {
    const start = this.#options.start(() => this.reconcile());
    if (start === null) return false;
    this.#starts.add(start);
    void start.ready.then(
      (sandbox) => this.#becameReady(start, sandbox),
      (cause: unknown) => this.#failed(start, cause),
    );
    return true;
  }

  #becameReady(start: StartingSandbox<S>, sandbox: S): void {
    // It got ready in the moment it was given up.
    if (!this.#starts.remove(start)) {
      sandbox.discard();
      return;
    }
    const now = performance.now();
    this.#made++;
    this.#backOff.succeed();
    this.#failure = null;
    this.#prepareAt = Math.max(this.#prepareAt, now + this.#options.pace.prepareAfterMs);
    this.#ready.put(sandbox, now);
    void sandbox.ended.then(() => {
      if (!this.#ready.remove(sandbox)) return;
      sandbox.discard();
      this.reconcile();
    });
    this.reconcile();
  }

  #failed(start: StartingSandbox<S>, cause: unknown): void {
    if (!this.#starts.remove(start)) return;
    const condition: Condition =
      cause instanceof StartError ? cause.condition : { type: 'failed', message: 'It failed unexpectedly.' };
    const { logger, launcher, noun, pace } = this.#options;
    logger.warn({ launcher, cause: condition.type, err: cause }, `a ${noun} did not get ready`);
    this.#failure = condition;
    const somebodyWaits = this.#queue.size > 0 && condition.type === 'refused';
    this.#backOff.fail(performance.now(), somebodyWaits ? REFUSED_MAX_MS : undefined);
    if (this.#backOff.failures >= pace.maxFailures) this.#queue.reject(this.problem ?? condition.message);
    this.reconcile();
  }

  #updateWaiters(now: number): void {
    if (this.#queue.size === 0) return;
    const problem = this.#problem;
    const starts = this.#starts.conditions;
    this.#queue.update((index) => {
      if (problem !== null) return { type: 'cluster', message: problem };
      return this.#conditionOf(starts[Math.min(index, starts.length - 1)] ?? null, now);
    }, now);
  }

  #conditionOf(own: Condition | null, now: number): Condition {
    if (own !== null && own.type !== 'starting') return own;
    // Whether the cluster is back, a start that is under way will show.
    const isOver = this.#failure?.type === 'cluster' && now >= this.#backOff.until;
    const failure = isOver ? null : this.#failure;
    return failure ?? { type: 'starting', message: `Waiting for a ${this.#title} to get ready.` };
  }

  #trim(now: number): void {
    this.#ready.discardExpired(now);
    const starts = this.#starts.size - this.#queue.size - this.#missingForPool(now);
    // Somebody else waits for the room that these would take.
    if (!this.#mayRefill) {
      this.#starts.cancel(starts);
      return;
    }
    const ready = this.#queue.size > 0 ? 0 : this.#ready.size - this.wanted;
    if ((starts <= 0 && ready <= 0) || this.#problem !== null) {
      this.#excessSince = null;
      return;
    }
    this.#excessSince ??= now;
    if (now - this.#excessSince < EXCESS_MS) return;
    this.#starts.cancel(starts);
    this.#ready.discardOldest(ready);
  }

  /** With the pool full and nobody about, has its sandboxes load more, one at a time. */
  #prepare(now: number): void {
    const isCalm = this.#queue.size + this.#starts.size === 0;
    if (!isCalm || now < this.#prepareAt || !this.#ready.hasUnprepared) return;
    this.#ready.prepareNext();
    this.#prepareAt = now + this.#options.pace.prepareAfterMs;
  }

  #reconcileLater(now: number): void {
    const busy =
      this.#queue.size + this.#starts.size > 0 || this.#excessSince !== null || this.#problem !== null;
    const prepareAt = this.#ready.hasUnprepared ? this.#prepareAt : now;
    const dues = [this.#refillAt, this.#backOff.until, prepareAt].filter((due) => due > now);
    const due = Math.min(...dues, now + (busy ? BUSY_INTERVAL_MS : RECONCILE_INTERVAL_MS));
    this.#loop.after(due - now);
  }
}
