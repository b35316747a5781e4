import { allSettledWithin } from '../async/timeout.ts';
import { ActiveExecution, type ActiveExecutionOptions } from './active-execution.ts';
import type { Execution } from './execution.ts';
import type { Runner } from './runner.ts';
import { type ExecutionRunner, GONE_WITH_ITS_SESSION } from './sessions/session-runner.ts';

/** The executions that this process owns now. */
export class ActiveExecutions {
  readonly #options: ActiveExecutionOptions & { readonly runner: Runner };
  readonly #active = new Map<string, ActiveExecution>();
  #interrupted = false;

  constructor(options: ActiveExecutionOptions & { readonly runner: Runner }) {
    this.#options = options;
  }

  get size(): number {
    return this.#active.size;
  }

  get(id: string): ActiveExecution | undefined {
    return this.#active.get(id);
  }

  /** In the order in which they began. */
  all(): IterableIterator<ActiveExecution> {
    return this.#active.values();
  }

  /**
   * Runs an execution that this process has claimed. `ended` is called when it is no longer active, whatever the outcome.
   * @param runner what runs it, where that is its session
   */
  begin(
    claimed: Execution,
    ended: (active: ActiveExecution) => void,
    runner: ExecutionRunner = this.#options.runner,
  ): ActiveExecution {
    const active = new ActiveExecution(claimed, { lastSeq: 0, bytes: 0 }, { ...this.#options, runner });
    this.#hold(active, () => active.run(), ended);
    return active;
  }

  /**
   * Continues one that this process has adopted.
   * @param runner what runs it, where that is its session
   */
  async adopt(
    adopted: Execution,
    ended: (active: ActiveExecution) => void,
    runner: ExecutionRunner = adopted.sessionId === null ? this.#options.runner : GONE_WITH_ITS_SESSION,
  ): Promise<ActiveExecution> {
    // The record names this process already: no other would adopt it.
    const stored = await this.#options.retry(() => this.#options.store.summarizeChunks(adopted.id));
    const active = new ActiveExecution(adopted, stored, { ...this.#options, runner });
    this.#hold(active, () => active.adopt(), ended);
    // Viewers here were notified by polls of the store, and are no longer.
    this.#options.notifier.notify(adopted.id);
    // A cancel request before this moment found no active execution.
    const now = await this.#options.retry(() => this.#options.store.getExecution(adopted.id));
    if (now && now.cancelRequestedAt !== null) active.stop('CANCELLED');
    if (now) active.input.receive(now);
    return active;
  }

  /**
   * Lets what runs end, then interrupts the rest and waits until their ends are stored: `graceMs` in all, and a second
   * more at the most where that is too short to store anything. Where programs outlive the process they are
   * released at once.
   */
  async close(graceMs: number): Promise<void> {
    if (!this.#options.runner.outlivesProcess) await this.#settled(waitForProgramsMs(graceMs));
    this.#interrupted = true;
    for (const active of this.#active.values()) active.stop('INTERRUPTED');
    await this.#settled(interruptMs(graceMs));
  }

  #hold(
    active: ActiveExecution,
    how: (active: ActiveExecution) => Promise<void>,
    ended: (active: ActiveExecution) => void,
  ): void {
    const { id } = active.execution;
    this.#active.set(id, active);
    if (this.#interrupted) active.stop('INTERRUPTED');
    active.done = how(active)
      .catch((error: unknown) => {
        this.#options.logger.error(
          { executionId: id, err: error },
          'the end of an execution could not be recorded',
        );
        active.output.release();
      })
      .finally(() => {
        if (this.#active.get(id) === active) this.#active.delete(id);
        this.#options.notifier.notify(id);
        ended(active);
      });
  }

  #settled(maxMs: number): Promise<void> {
    return allSettledWithin(
      maxMs,
      [...this.#active.values()].map((active) => active.done),
    );
  }
}

/** How long closing waits for programs to end by themselves, milliseconds. @param graceMs for all of it */
export function waitForProgramsMs(graceMs: number): number {
  return Math.max(0, graceMs - interruptMs(graceMs));
}

/** How long the ends of what is interrupted then may take. */
function interruptMs(graceMs: number): number {
  return Math.max(1000, Math.min(3000, graceMs / 4));
}
