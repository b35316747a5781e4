import { PeriodicTask } from '../async/periodic-task.ts';
import { type Execution, hasEnded } from './execution.ts';
import type { Runner } from './runner.ts';
import type { Store } from './store.ts';
import type { Logger } from './telemetry.ts';

const INTERVAL_MS = 60_000;

/**
 * Deletes what a runner still holds for executions that have ended, because a deletion failed or the process ended before
 * it. Runs every minute. Safe with several processes at once.
 */
export class GarbageCollection implements AsyncDisposable {
  readonly #store: Store;
  readonly #runner: Runner;
  readonly #logger: Logger;
  readonly #task: PeriodicTask;

  constructor(store: Store, runner: Runner, logger: Logger) {
    this.#store = store;
    this.#runner = runner;
    this.#logger = logger;
    this.#task = new PeriodicTask(INTERVAL_MS, (closing) => this.#collect(closing));
  }

  /** Collects now. Single flight. Never rejects: what fails is tried again by the next run. */
  collect(): Promise<void> {
    return this.#task.run();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#task[Symbol.asyncDispose]();
  }

  async #collect(closing: AbortSignal): Promise<void> {
    try {
      for (const id of await this.#runner.listAllocations()) {
        if (closing.aborted) return;
        const execution = await this.#store.getExecution(id);
        // An unknown one may belong to another service on the cluster: the runner's own deadline is for those.
        if (!execution || !hasEnded(execution)) continue;
        await this.#remove(execution);
      }
    } catch (error) {
      this.#logger.warn({ err: error }, 'garbage collection failed; trying again later');
    }
  }

  /** One that cannot be deleted does not keep the others. */
  async #remove(execution: Execution): Promise<void> {
    const executionId = execution.id;
    try {
      await this.#runner.remove(execution);
      this.#logger.info({ executionId }, 'what the runner held for an ended execution was deleted');
    } catch (err) {
      this.#logger.warn(
        { executionId, err },
        'what the runner holds for an ended execution was not deleted; trying again later',
      );
    }
  }
}
