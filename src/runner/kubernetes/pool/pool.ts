import { RunnerNotReadyError } from '../../../executions/errors.ts';
import type { Logger } from '../../../executions/telemetry.ts';
import { Backoff } from './backoff.ts';
import { type Hindrance, StartError, type WaitLimits } from './hindrance.ts';
import { Looks } from './looks.ts';
import { Queue } from './queue.ts';
import { Shelf } from './shelf.ts';
import type { ReadyPod, StartingPod, StartPod } from './start.ts';
import { Starts } from './starts.ts';
import { type GivenUp, Waiter } from './waiter.ts';

export interface PoolOptions<P extends ReadyPod> {
  /** What messages call its pods: `python`. */
  readonly name: string;
  /** Pods kept ready; 0 makes each when it is asked for. */
  readonly size: number;
  readonly start: StartPod<P>;
  readonly limits: WaitLimits;
  /** Why the cluster cannot be used now; null when nothing is known to stand in the way. */
  readonly problem: () => string | null;
  /** Whether pods may be made that nobody waits for: not while somebody waits for room. */
  readonly mayRefill: () => boolean;
  /** Called after every look. Must not throw. */
  readonly looked: () => void;
  readonly logger: Logger;
}

/** Starts for the pool itself, at once: each takes processors from the programs that run. */
const REFILLING = 4;
/** A taken pod is replaced this long after, milliseconds: its program comes first. */
const REFILL_AFTER_MS = 50;
/** Pods beyond what is wanted are kept this long, milliseconds: who was sent away comes back soon. */
const EXCESS_MS = 2000;
/** Pauses while somebody waits for quota or admission: it may be there any moment. Milliseconds. */
const REFUSED_LONGEST_MS = 5000;
/** How often all is looked at, whatever was heard, milliseconds. */
const LOOK_MS = 10_000;
const LOOK_BUSY_MS = 1000;

/**
 * Pods of one launcher with the same limits. Each is starting, then ready, then taken once; who asks gets one that is
 * ready at once, else the next to get ready, in the order of asking.
 *
 * Every look works from what is there: it serves, starts what is missing, tells those who wait why, and gives up what is
 * too much. An event that is lost costs no more than the time to the next look.
 */
export class Pool<P extends ReadyPod> implements Disposable {
  readonly #options: PoolOptions<P>;
  readonly #ready = new Shelf<P>();
  readonly #starts = new Starts<P>();
  readonly #backoff = new Backoff();
  readonly #queue = new Queue<P>();
  readonly #looks: Looks;
  /** Why the last start came to nothing, until one works. */
  #failure: Hindrance | null = null;
  #refillAt = Number.NEGATIVE_INFINITY;
  #excessSince: number | null = null;
  #closed = false;
  #made = 0;

  constructor(options: PoolOptions<P>) {
    this.#options = options;
    this.#looks = new Looks(() => this.#look(performance.now()), options.looked);
  }

  get name(): string {
    return this.#options.name;
  }

  get wanted(): number {
    return this.#options.size;
  }

  /** How many got ready so far. */
  get madeCount(): number {
    return this.#made;
  }

  get readyCount(): number {
    return this.#ready.usable;
  }

  /** Whether there is nothing here and nobody waits. */
  get isIdle(): boolean {
    return this.#queue.size + this.#starts.size + this.#ready.size === 0;
  }

  /** Since when somebody has been waiting for room; null when nobody is. */
  get crowdedSince(): number | null {
    return this.#queue.crowdedSince;
  }

  /** What keeps pods from getting ready; null when nothing does, or nothing that passes with the load. */
  get problem(): string | null {
    const hindrance = this.#failure ?? this.#starts.hindrances.at(-1) ?? null;
    if (hindrance === null || hindrance.cause === 'starting') return null;
    if (hindrance.cause === 'scheduling' && this.readyCount > 0) return null;
    return `No ${this.name} pod gets ready: ${hindrance.message}`;
  }

  /** A ready pod, or null: then `wait` for one. */
  take(): P | null {
    return this.#closed || this.#queue.size > 0 ? null : this.#takeReady(performance.now());
  }

  /**
   * The next pod that gets ready, or the end that a wait comes to that takes too long. Rejects with
   * `RunnerNotReadyError` when the cluster cannot be used, and as soon as `stop` aborts.
   * @param tell hears why it waits, whenever that changes
   */
  async wait(tell: (message: string) => void, stop: AbortSignal): Promise<P | GivenUp> {
    if (this.#closed) throw new RunnerNotReadyError('The runner is closing.');
    const waiter = new Waiter<P>(this.#options.limits, tell);
    const onStop = (): void => {
      waiter.sendAway('Stopped before it was started.');
      this.#queue.remove(waiter);
      this.look();
    };
    stop.addEventListener('abort', onStop, { once: true });
    if (!stop.aborted) this.#queue.add(waiter);
    if (stop.aborted) onStop();
    else this.look();
    try {
      return await waiter.pod;
    } finally {
      stop.removeEventListener('abort', onStop);
    }
  }

  /** Gives up one pod that nobody waits for, to make room. False when there is none. */
  giveWay(): boolean {
    if (this.#ready.size <= this.#queue.size) return false;
    this.#ready.discardOldest(1);
    return true;
  }

  /** Something was freed: a start that was refused may work now. */
  hurry(): void {
    if (this.#failure === null) return;
    this.#backoff.hurry(performance.now());
    this.look();
  }

  /** Does what is to be done now. Called whenever something has changed. */
  look(): void {
    this.#looks.now();
  }

  /** Sends away who waits and gives up all pods. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.#looks[Symbol.dispose]();
    this.#queue.sendAway('The runner is closing.');
    this.#ready.discardOldest(this.#ready.size);
    this.#starts.abandon(this.#starts.size);
  }

  #look(now: number): void {
    this.#queue.serve(() => this.#takeReady(now));
    this.#startMissing(now);
    this.#tellWaiters(now);
    this.#trim(now);
    this.#lookAgain(now);
  }

  #takeReady(now: number): P | null {
    const pod = this.#ready.take();
    if (pod === null) return null;
    this.#refillAt = now + REFILL_AFTER_MS;
    this.#lookAgain(now);
    return pod;
  }

  #startMissing(now: number): void {
    const waiting = this.#queue.size;
    const forPool = now >= this.#refillAt ? this.#missingForPool(now) : 0;
    const most = Math.min(this.#backoff.width(now), Math.max(waiting, REFILLING));
    const wanted = this.#options.problem() === null ? Math.min(waiting + forPool, most) : 0;
    // A pool of its own making that nobody asks of any more has nothing to complain of.
    if (wanted === 0 && this.isIdle && now >= this.#backoff.until) this.#failure = null;
    while (this.#starts.size < wanted) this.#start();
  }

  /** Starts that the pool wants for itself, begun or not. */
  #missingForPool(now: number): number {
    if (!this.#options.mayRefill()) return 0;
    return Math.max(0, this.wanted - this.#ready.size + this.#ready.old(now));
  }

  #start(): void {
    const start = this.#options.start(() => this.look());
    this.#starts.add(start);
    void start.ready.then(
      (pod) => this.#becameReady(start, pod),
      (cause: unknown) => this.#failed(start, cause),
    );
  }

  #becameReady(start: StartingPod<P>, pod: P): void {
    // It got ready in the moment it was given up.
    if (!this.#starts.remove(start)) {
      pod.discard();
      return;
    }
    this.#made++;
    this.#backoff.succeed();
    this.#failure = null;
    this.#ready.put(pod, performance.now());
    void pod.ended.then(() => {
      if (!this.#ready.remove(pod)) return;
      pod.discard();
      this.look();
    });
    this.look();
  }

  #failed(start: StartingPod<P>, cause: unknown): void {
    if (!this.#starts.remove(start)) return;
    const hindrance: Hindrance =
      cause instanceof StartError ? cause.hindrance : { cause: 'failed', message: 'It failed unexpectedly.' };
    const { logger, name } = this.#options;
    logger.warn({ launcher: name, cause: hindrance.cause, err: cause }, 'a pod did not get ready');
    this.#failure = hindrance;
    const somebodyWaits = this.#queue.size > 0 && hindrance.cause === 'refused';
    this.#backoff.fail(performance.now(), somebodyWaits ? REFUSED_LONGEST_MS : undefined);
    this.look();
  }

  #tellWaiters(now: number): void {
    const problem = this.#options.problem();
    const starts = this.#starts.hindrances;
    this.#queue.tell((index) => {
      if (problem !== null) return { cause: 'cluster', message: problem };
      return this.#whatHinders(starts[Math.min(index, starts.length - 1)] ?? null, now);
    }, now);
  }

  #whatHinders(own: Hindrance | null, now: number): Hindrance {
    if (own !== null && own.cause !== 'starting') return own;
    // Whether the cluster is back, a start that is under way will tell.
    const isOver = this.#failure?.cause === 'cluster' && now >= this.#backoff.until;
    const failure = isOver ? null : this.#failure;
    return failure ?? { cause: 'starting', message: `Waiting for a ${this.name} pod to get ready.` };
  }

  #trim(now: number): void {
    this.#ready.discardExpired(now);
    const mayRefill = this.#options.mayRefill();
    const starts = this.#starts.size - this.#queue.size - this.#missingForPool(now);
    // Somebody else waits for the room that these would take.
    if (!mayRefill) {
      this.#starts.abandon(starts);
      return;
    }
    const ready = this.#queue.size > 0 ? 0 : this.#ready.size - this.wanted;
    if ((starts <= 0 && ready <= 0) || this.#options.problem() !== null) {
      this.#excessSince = null;
      return;
    }
    this.#excessSince ??= now;
    if (now - this.#excessSince < EXCESS_MS) return;
    this.#starts.abandon(starts);
    this.#ready.discardOldest(ready);
  }

  #lookAgain(now: number): void {
    const busy =
      this.#queue.size + this.#starts.size > 0 ||
      this.#excessSince !== null ||
      this.#options.problem() !== null;
    const dues = [this.#refillAt, this.#backoff.until].filter((due) => due > now);
    const due = Math.min(...dues, now + (busy ? LOOK_BUSY_MS : LOOK_MS));
    this.#looks.after(due - now);
  }
}
