import { QueueFullError } from './errors.ts';
import { type Execution, hasEnded } from './execution.ts';
import type { CallerQueue, CallerRunning, Store, UnderWay } from './store.ts';
import type { Logger } from './telemetry.ts';
import { claim } from './transitions.ts';

/** How often the queue is polled, milliseconds: runs end at other processes too, and stores come back. */
const POLL_INTERVAL_MS = 1000;
/** After a runner was not ready: how long nothing is claimed, milliseconds; doubles with each time in a row. */
const MIN_HOLD_MS = 250;
const MAX_HOLD_MS = 5000;
/** Bounds of what a caller of a full queue is to wait, milliseconds; the minimum also when nothing has ended yet. */
const MIN_RETRY_AFTER_MS = 1000;
const MAX_RETRY_AFTER_MS = 60_000;

export interface AdmissionOptions {
  /** Executions that are STARTING or RUNNING at once, over all processes. */
  readonly maxRunning: number;
  /** The same of one caller. */
  readonly maxRunningPerCaller: number;
  readonly maxQueued: number;
  readonly maxQueuedPerCaller: number;
  /** This process's id, written to the records that it claims. */
  readonly owner: string;
}

/**
 * The queue: bounded in total and per caller, served round-robin over callers, with a maximum of running executions in total
 * and per caller. All of it is counted in the store, so it holds for all processes together, and is exceeded by at most what
 * is in flight.
 *
 * It polls the queue every second and whenever `poll` is called, single flight. While held (`hold`) it claims nothing; a
 * call of `ended` resets the next hold to its minimum. Once closed it claims nothing more.
 *
 * What must stay true: an execution is claimed by a compare-and-set, so two processes never claim the same; a claim whose
 * response was lost is remembered until its record shows what became of it.
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
  #holdMs = MIN_HOLD_MS;
  #claiming: string | null = null;
  /** Claims whose response was lost: the execution's id to the epoch that it has if the claim was made. */
  readonly #unanswered = new Map<string, number>();
  #averageRunMs = 0;
  #counting: Promise<Running> | null = null;

  /** @param begin runs an execution that has just been claimed */
  constructor(store: Store, options: AdmissionOptions, begin: (claimed: Execution) => void, logger: Logger) {
    this.#store = store;
    this.#options = options;
    this.#begin = begin;
    this.#logger = logger;
    this.#timer = setInterval(() => this.poll(), POLL_INTERVAL_MS).unref();
  }

  /** @throws QueueFullError when the queue has no room for one more of this caller */
  async checkRoom(caller: string): Promise<void> {
    const { maxQueued, maxQueuedPerCaller, maxRunning, maxRunningPerCaller } = this.#options;
    const queues = await this.#store.listQueues();
    const queued = sumQueued(queues);
    if (queued >= maxQueued)
      throw this.#full(
        `expected fewer than ${maxQueued} queued executions, got ${queued}`,
        queued / Math.max(1, maxRunning),
      );
    const own = queues.find((queue) => queue.caller === caller)?.queued ?? 0;
    if (own >= maxQueuedPerCaller) {
      throw this.#full(
        `expected fewer than ${maxQueuedPerCaller} queued executions of one caller, got ${own}`,
        own / Math.max(1, Math.min(maxRunning, maxRunningPerCaller)),
      );
    }
  }

  /** Claims what there is capacity for. Returns at once; to be called whenever something was queued or has ended. */
  poll(): void {
    if (this.#closed) return;
    this.#again = true;
    this.#passing ??= this.#passes();
  }

  /** A runner was not ready: nothing is claimed for a while. */
  hold(): void {
    this.#heldUntil = performance.now() + this.#holdMs;
    this.#holdMs = Math.min(MAX_HOLD_MS, this.#holdMs * 2);
  }

  /** An execution of `runMs` has ended; the estimate for callers of a full queue follows from these. */
  ended(runMs: number): void {
    this.#holdMs = MIN_HOLD_MS;
    this.#averageRunMs = this.#averageRunMs === 0 ? runMs : this.#averageRunMs * 0.9 + runMs * 0.1;
  }

  /** Whether a claim of this execution is on its way: it may be this process's own any moment. */
  isClaiming(id: string): boolean {
    return this.#claiming === id;
  }

  /** Whether this process owns it by a claim whose response was lost: nothing has been started. */
  wasClaimLost({ id, epoch }: Pick<UnderWay, 'id' | 'epoch'>): boolean {
    return this.#unanswered.get(id) === epoch;
  }

  /** 1 = next. Callers at their own bound are passed over and count for nothing, but the execution's own. */
  async position({ caller, id }: Execution): Promise<number> {
    const rank = (await this.#store.countQueuedBefore(caller, id)) + 1;
    const running = await this.#countShared();
    const order = inTurn(await this.#store.listQueues(), this.#lastCaller).filter(
      (queue) => queue.caller === caller || !this.#isAtBound(queue.caller, running),
    );
    const turn = order.findIndex((queue) => queue.caller === caller);
    let before = rank - 1;
    for (const [index, queue] of order.entries()) {
      if (queue.caller !== caller) before += Math.min(queue.queued, index < turn ? rank : rank - 1);
    }
    return before + 1;
  }

  /** Why a queued execution waits: its caller's bound, that of all callers, else what its record says. */
  async waitMessage(execution: Execution): Promise<string | null> {
    const { maxRunning, maxRunningPerCaller } = this.#options;
    const running = await this.#countShared();
    const own = running.of(execution.caller);
    if (own >= maxRunningPerCaller && maxRunningPerCaller < maxRunning) {
      return (
        `Waits until another execution of its caller ends: ${own} are running, and one caller may have ` +
        `${maxRunningPerCaller} at once (MAX_RUNNING_PER_CALLER).`
      );
    }
    if (running.total < maxRunning) return execution.message;
    const position = await this.position(execution);
    return (
      `At position ${position} of the queue: ${running.total} executions are running, and the ` +
      `service runs ${maxRunning} at once (MAX_RUNNING).`
    );
  }

  /** Claims nothing more; resolves when no claim is in flight. */
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
      this.#logger.warn({ err: error }, 'the queue could not be read; trying again soon');
    } finally {
      // At once, so that no `poll` falls between the last pass and this.
      this.#passing = null;
    }
  }

  async #pass(): Promise<void> {
    while (!this.#closed && performance.now() >= this.#heldUntil) {
      const queues = await this.#store.listQueues();
      if (queues.length === 0) return;
      let running: Running | null = null;
      let hasTried = false;
      for (const queue of inTurn(queues, this.#lastCaller)) {
        // Of many callers at their bound none costs a count.
        if (running && this.#isAtBound(queue.caller, running)) continue;
        // Before each claim: other processes claim too.
        running = await this.#count();
        if (running.total >= this.#options.maxRunning) return;
        if (this.#isAtBound(queue.caller, running)) continue;
        await this.#claim(queue);
        hasTried = true;
      }
      if (!hasTried) return;
    }
  }

  async #count(): Promise<Running> {
    return new Running(await this.#store.listRunning());
  }

  /** One count for all that are shown at the same time: a list shows many queued executions. */
  #countShared(): Promise<Running> {
    this.#counting ??= this.#count().finally(() => {
      this.#counting = null;
    });
    return this.#counting;
  }

  #isAtBound(caller: string, running: Running): boolean {
    return running.of(caller) >= this.#options.maxRunningPerCaller;
  }

  async #claim({ caller, headId }: CallerQueue): Promise<void> {
    // First, so that a record that cannot be read costs its caller this turn, and no other caller one.
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
   * Forgets a claim that was not made, or that is over, once its record has changed. One each poll, in turn: there are as
   * many as claims had no response, and mostly none.
   */
  async #recheckUnanswered(): Promise<void> {
    const [oldest] = this.#unanswered;
    if (oldest === undefined || this.#closed) return;
    const [id, epoch] = oldest;
    const now = await this.#store.getExecution(id);
    this.#unanswered.delete(id);
    if (now === null || hasEnded(now)) return;
    const isMade = now.epoch === epoch && now.owner === this.#options.owner;
    // One that is not made yet may still be: its response was lost, not necessarily the request.
    if (isMade || now.epoch < epoch) this.#unanswered.set(id, epoch);
  }

  /** @param rounds how many runs one after the other are ahead */
  #full(message: string, rounds: number): QueueFullError {
    const wait = this.#averageRunMs * rounds;
    const retryAfterMs = Math.round(Math.min(MAX_RETRY_AFTER_MS, Math.max(MIN_RETRY_AFTER_MS, wait)));
    return new QueueFullError(
      `The queue is full: ${message}. Try again in ${retryAfterMs} ms.`,
      retryAfterMs,
    );
  }
}

/** The executions that are STARTING or RUNNING, as counted at one moment. */
class Running {
  readonly total: number;
  readonly #byCaller: ReadonlyMap<string, number>;

  constructor(counts: readonly CallerRunning[]) {
    this.#byCaller = new Map(counts.map(({ caller, running }) => [caller, running]));
    this.total = counts.reduce((sum, { running }) => sum + running, 0);
  }

  of(caller: string): number {
    return this.#byCaller.get(caller) ?? 0;
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
