import { type Execution, hasEnded } from './execution.ts';
import type { Runner } from './runner.ts';
import type { Store } from './store.ts';
import { Sweeps } from './sweeps.ts';
import type { Logger } from './telemetry.ts';

const SWEEP_MS = 60_000;

/**
 * Removes what a runner still holds for executions that have ended: a removal that failed, or that a process did not
 * live to make. Safe with several processes at once.
 */
export class ForgottenRuns implements AsyncDisposable {
  readonly #store: Store;
  readonly #runner: Runner;
  readonly #logger: Logger;
  readonly #sweeps: Sweeps;

  constructor(store: Store, runner: Runner, logger: Logger) {
    this.#store = store;
    this.#runner = runner;
    this.#logger = logger;
    this.#sweeps = new Sweeps(SWEEP_MS, (closing) => this.#sweep(closing));
  }

  /** One sweep at a time. Never rejects: what fails is tried again at the next one. */
  sweep(): Promise<void> {
    return this.#sweeps.run();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#sweeps[Symbol.asyncDispose]();
  }

  async #sweep(closing: AbortSignal): Promise<void> {
    try {
      for (const id of await this.#runner.held()) {
        if (closing.aborted) return;
        const execution = await this.#store.getExecution(id);
        // One that is unknown may be another service's that shares the cluster: the runner's own limit is for those.
        if (!execution || !hasEnded(execution)) continue;
        await this.#remove(execution);
      }
    } catch (error) {
      this.#logger.warn({ err: error }, 'what the runner holds could not be swept; trying again later');
    }
  }

  /** One that cannot be removed keeps no other. */
  async #remove(execution: Execution): Promise<void> {
    const executionId = execution.id;
    try {
      await this.#runner.remove(execution);
      this.#logger.info({ executionId }, 'what the runner held for an ended execution was removed');
    } catch (err) {
      this.#logger.warn({ executionId, err }, 'what the runner holds was not removed; trying again later');
    }
  }
}
