import { QueueFullError } from './errors.ts';
import { type Execution, hasEnded } from './execution.ts';
import type { CallerQueue, Store, UnderWay } from './store.ts';
import type { Logger } from './telemetry.ts';
import { claim } from './transitions.ts';

/** How often the queue is looked at though nothing was heard: other processes end runs too, and stores come back. */
const LOOK_MS = 1000;
/** After a runner was not ready: how long nothing is started, doubling up to the longest. */
const HOLD_FIRST_MS = 250;
const HOLD_LONGEST_MS = 5000;
/** What a caller of a full queue is told to wait when nothing has ended yet. */
const RETRY_AFTER_MS = 1000;
const RETRY_AFTER_LONGEST_MS = 60_000;

export interface AdmissionOptions {
  /** Executions under way at once, over all processes. */
  readonly maxRunning: number;
  readonly maxQueued: number;
  readonly maxQueuedPerCaller: number;
  /** This process's name, written on what it claims. */
  readonly owner: string;
}

/**
 * The queue: bounded in all and for each caller, taken round-robin between callers, with a maximum of executions under
 * way. All of it is counted in the store, so it holds for all processes together, exceeded by at most what is in flight.
 */
export class Admission {
  readonly #store: Store;
  readonly #options: AdmissionOptions;
  readonly #begin: (claimed: Execution) => void;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #passing: Promise<void> | null = null;
  #again = false;
  #closed = false;
  /** The caller that was served last; the next in alphabetical order is served next. */
  #lastCaller = '';
  #heldUntil = 0;
  #holdMs = HOLD_FIRST_MS;
  #claiming: string | null = null;
  /** Claims whose answer was lost: the execution's id to the epoch it has if the claim was made. */
  readonly #unanswered = new Map<string, number>();
  #averageRunMs = 0;

  /** @param begin drives an execution that has just been claimed */
  constructor(store: Store, options: AdmissionOptions, begin: (claimed: Execution) => void, logger: Logger) {
    this.#store = store;
    this.#options = options;
    this.#begin = begin;
    this.#logger = logger;
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** @throws QueueFullError when there is no room for one more of this caller */
  async checkRoom(caller: string): Promise<void> {
    const { maxQueued, maxQueuedPerCaller } = this.#options;
    const queues = await this.#store.listQueues();
    const queued = sumQueued(queues);
    if (queued >= maxQueued)
      throw this.#full(`expected fewer than ${maxQueued} queued executions, got ${queued}`, queued);
    const own = queues.find((queue) => queue.caller === caller)?.queued ?? 0;
    if (own >= maxQueuedPerCaller) {
      throw this.#full(
        `expected fewer than ${maxQueuedPerCaller} queued executions of one caller, got ${own}`,
        own,
      );
    }
  }

  /** Starts what there is room for. Returns at once; called whenever something was queued or has ended. */
  look(): void {
    if (this.#closed) return;
    this.#again = true;
    this.#passing ??= this.#passes();
  }

  /** A runner was not ready: nothing is started for a while. */
  hold(): void {
    this.#heldUntil = performance.now() + this.#holdMs;
    this.#holdMs = Math.min(HOLD_LONGEST_MS, this.#holdMs * 2);
  }

  /** An execution of `runMs` has ended; the estimate for callers of a full queue follows from these. */
  ended(runMs: number): void {
    this.#holdMs = HOLD_FIRST_MS;
    this.#averageRunMs = this.#averageRunMs === 0 ? runMs : this.#averageRunMs * 0.9 + runMs * 0.1;
  }

  /** Whether a claim of this execution is on its way: it may be this process's own any moment. */
  isClaiming(id: string): boolean {
    return this.#claiming === id;
  }

  /** Whether this process took it by a claim whose answer was lost: nothing has been begun. */
  wasClaimLost({ id, epoch }: Pick<UnderWay, 'id' | 'epoch'>): boolean {
    return this.#unanswered.get(id) === epoch;
  }

  /** 1 = next. */
  async position({ caller, id }: Execution): Promise<number> {
    const rank = (await this.#store.countQueuedBefore(caller, id)) + 1;
    const order = inTurn(await this.#store.listQueues(), this.#lastCaller);
    const turn = order.findIndex((queue) => queue.caller === caller);
    let before = rank - 1;
    for (const [index, queue] of order.entries()) {
      if (queue.caller !== caller) before += Math.min(queue.queued, index < turn ? rank : rank - 1);
    }
    return before + 1;
  }

  /** Stops starting executions; resolves when no claim is in flight. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#passing;
  }

  async #passes(): Promise<void> {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        await this.#pass();
        await this.#recheckUnanswered();
      }
    } catch (error) {
      this.#logger.warn({ err: error }, 'the queue could not be read; looking again soon');
    } finally {
      // At once, so that no look falls between the last pass and this.
      this.#passing = null;
    }
  }

  async #pass(): Promise<void> {
    while (!this.#closed && performance.now() >= this.#heldUntil) {
      const queues = await this.#store.listQueues();
      if (queues.length === 0) return;
      for (const queue of inTurn(queues, this.#lastCaller)) {
        // Before each one: other processes claim too.
        if ((await this.#store.countUnderWay()) >= this.#options.maxRunning) return;
        await this.#claim(queue);
      }
    }
  }

  async #claim({ caller, headId }: CallerQueue): Promise<void> {
    // First, so that a record that cannot be read costs its caller this turn and nobody another.
    this.#lastCaller = caller;
    const head = await this.#store.getExecution(headId);
    if (head?.status !== 'QUEUED' || this.#closed) return;
    const { expected, change } = claim(head, this.#options.owner);
    let claimed: Execution | null;
    this.#claiming = headId;
    try {
      claimed = await this.#store.updateExecution(headId, expected, change);
    } catch (error) {
      this.#unanswered.set(headId, head.epoch + 1);
      throw error;
    } finally {
      this.#claiming = null;
    }
    if (!claimed) return;
    this.#unanswered.delete(headId);
    this.#begin(claimed);
  }

  /**
   * Forgets a claim that was not made, or is known to be over, once its record has moved on. One for each time the queue
   * is looked at, in turn: there are as many as claims were cut, and mostly none.
   */
  async #recheckUnanswered(): Promise<void> {
    const [oldest] = this.#unanswered;
    if (oldest === undefined || this.#closed) return;
    const [id, epoch] = oldest;
    const now = await this.#store.getExecution(id);
    this.#unanswered.delete(id);
    if (now === null || hasEnded(now)) return;
    const isMade = now.epoch === epoch && now.owner === this.#options.owner;
    // One that is not made yet may still be: its answer was lost, not its way to the store.
    if (isMade || now.epoch < epoch) this.#unanswered.set(id, epoch);
  }

  #full(message: string, ahead: number): QueueFullError {
    const wait = (this.#averageRunMs * ahead) / Math.max(1, this.#options.maxRunning);
    const retryAfterMs = Math.round(Math.min(RETRY_AFTER_LONGEST_MS, Math.max(RETRY_AFTER_MS, wait)));
    return new QueueFullError(
      `The queue is full: ${message}. Try again in ${retryAfterMs} ms.`,
      retryAfterMs,
    );
  }
}

/** The callers in the order they are served: those after the one served last, then from the start again. */
function inTurn(queues: readonly CallerQueue[], lastCaller: string): CallerQueue[] {
  const sorted = [...queues].sort((a, b) => (a.caller < b.caller ? -1 : 1));
  const next = sorted.findIndex((queue) => queue.caller > lastCaller);
  return next <= 0 ? sorted : [...sorted.slice(next), ...sorted.slice(0, next)];
}

export function sumQueued(queues: readonly CallerQueue[]): number {
  return queues.reduce((sum, queue) => sum + queue.queued, 0);
}
