import { PeriodicTask } from '../../async/periodic-task.ts';
import type { Execution } from '../execution.ts';
import type { Notifier } from '../notifier.ts';
import type { Store } from '../store.ts';

/** How old a message may be, milliseconds. */
const POLL_INTERVAL_MS = 1000;
/** Executions in one poll; of more each is polled less often. */
const BATCH = 50;

interface Known {
  readonly execution: Execution;
  readonly message: Promise<string | null>;
}

export interface WaitMessagesOptions {
  readonly store: Pick<Store, 'getExecution'>;
  readonly notifier: Notifier;
  /** Why a queued execution waits now. */
  readonly describe: (execution: Execution) => Promise<string | null>;
}

/**
 * Why queued executions wait, for those who watch them. It changes with the whole queue and no record says so: it is
 * asked for once a second, once for all watchers of an execution, who are notified when it has changed.
 */
export class WaitMessages implements AsyncDisposable {
  readonly #options: WaitMessagesOptions;
  /** Of executions that are watched, in the order in which they are polled next. */
  readonly #known = new Map<string, Known>();
  readonly #task: PeriodicTask;

  constructor(options: WaitMessagesOptions) {
    this.#options = options;
    this.#task = new PeriodicTask(POLL_INTERVAL_MS, () => this.#poll());
  }

  /** Why it waits. @throws UnavailableError */
  of(execution: Execution): Promise<string | null> {
    const known = this.#known.get(execution.id);
    if (known !== undefined && known.execution.message === execution.message) return known.message;
    return this.#keep(execution, this.#options.describe(execution));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#task[Symbol.asyncDispose]();
  }

  #keep(execution: Execution, message: Promise<string | null>): Promise<string | null> {
    const known = { execution, message };
    this.#known.delete(execution.id);
    this.#known.set(execution.id, known);
    // Whoever asks next has it asked for again.
    message.catch(() => {
      if (this.#known.get(execution.id) === known) this.#known.delete(execution.id);
    });
    return message;
  }

  async #poll(): Promise<void> {
    for (const id of this.#known.keys()) if (!this.#options.notifier.isWatched(id)) this.#known.delete(id);
    const due = [...this.#known].slice(0, BATCH);
    // A store that is away is asked again with the next poll.
    await Promise.allSettled(due.map(([id, known]) => this.#pollOne(id, known)));
  }

  async #pollOne(id: string, known: Known): Promise<void> {
    const { store, notifier, describe } = this.#options;
    const execution = await store.getExecution(id);
    if (execution?.status !== 'QUEUED') {
      this.#known.delete(id);
      return;
    }
    const message = await describe(execution);
    const before = await known.message;
    if (this.#known.get(id) !== known) return;
    void this.#keep(execution, Promise.resolve(message));
    if (message !== before) notifier.notify(id);
  }
}
