import { RunnerDetachedError, RunnerNotReadyError, StoreUnavailableError } from './errors.ts';
import { type Execution, hasEnded, type RunnerInfo } from './execution.ts';
import type { UnstoredBudget } from './output/budget.ts';
import { LiveOutput } from './output/live.ts';
import type { Retry } from './retry.ts';
import type { RunEnd, Runner, RunObserver, StopReason } from './runner.ts';
import { Stages, tellCancelled } from './stages.ts';
import type { Store } from './store.ts';
import type { Logger, Telemetry } from './telemetry.ts';
import {
  cancelQueued,
  end,
  place,
  release,
  requeue,
  type StoredOutput,
  start,
  type Transition,
  wait,
} from './transitions.ts';
import type { Wakeups } from './wakeups.ts';

export interface DriveDeps {
  readonly store: Store;
  readonly runner: Runner;
  readonly wakeups: Wakeups;
  readonly budget: UnstoredBudget;
  readonly retry: Retry;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

/**
 * One execution from its claim to its end, driven by this process.
 *
 * `execution` is what this process knows, ahead of the store while that is away: changes are written in their order, and
 * an end only after the last chunk. A write that finds the record changed by another process (a higher epoch) means that
 * this one has lost the execution: it stops and tells no end.
 */
export class Drive {
  readonly #deps: DriveDeps;
  readonly #stop = new AbortController();
  readonly output: LiveOutput;
  readonly #stages: Stages;
  #firstShown: boolean;
  execution: Execution;
  /** Whether the program was not started and the execution went back to the queue. */
  requeued = false;
  /** Settles when the execution is driven no longer. */
  done: Promise<void> = Promise.resolve();
  #writes: Promise<void> = Promise.resolve();
  #lost = false;
  /** A wish to cancel is stored. It may have come after another cause of a stop. */
  #isCancelWanted = false;

  constructor(execution: Execution, stored: StoredOutput, deps: DriveDeps) {
    this.#deps = deps;
    this.execution = execution;
    this.#stages = new Stages(deps.telemetry);
    this.#firstShown = stored.lastSeq > 0;
    this.output = new LiveOutput(execution.id, stored, {
      store: deps.store,
      retry: deps.retry,
      budget: deps.budget,
      changed: () => this.#shown(),
    });
    if (execution.cancelRequestedAt !== null) this.stop('CANCELLED');
  }

  /** Ends the run from outside. The first cause wins: one that has ended by itself by then keeps its own end. */
  stop(reason: StopReason): void {
    this.#isCancelWanted ||= reason === 'CANCELLED';
    this.#stop.abort(reason);
  }

  /** Runs the program of a claimed execution. */
  async run(): Promise<void> {
    const { store, runner, retry } = this.#deps;
    const { execution } = this;
    this.#stages.claimed(execution);
    try {
      const payload = await retry(() => store.getPayload(execution.id));
      if (!payload)
        return await this.#finish(interrupted('Its input was no longer there when it was to start.'));
      const how = await runner.run({ ...execution, payload }, this.#observer(), this.#stop.signal);
      await this.#finish(how);
    } catch (error) {
      await this.#leave(error);
    }
  }

  /** Goes on with an execution whose former process is gone. */
  async adopt(): Promise<void> {
    const { store, runner, retry } = this.#deps;
    const { execution, output } = this;
    this.#stages.takenOver(execution);
    // Its former process may not have lived to do it.
    if (execution.status === 'RUNNING') this.#erasePayload();
    try {
      const payload =
        execution.status === 'STARTING' ? await retry(() => store.getPayload(execution.id)) : null;
      const taken = { execution, after: output.lastSeq, bytes: output.bytes, payload };
      const how = await runner.adopt(taken, this.#observer(), this.#stop.signal);
      await this.#finish(how ?? this.#gone());
    } catch (error) {
      await this.#leave(error);
    }
  }

  /** The runner told no end. */
  #leave(error: unknown): Promise<void> {
    if (error instanceof RunnerDetachedError) return this.#release();
    const isStarted = this.execution.status !== 'STARTING';
    if (error instanceof RunnerNotReadyError && !isStarted) return this.#giveBack(error.message);
    return this.#fail(error);
  }

  #observer(): RunObserver {
    return {
      placed: (runner) => this.#placed(runner),
      started: (at, runner) => this.#started(at, runner),
      output: (chunks) => this.output.append(chunks),
      storedSeq: () => this.output.storedSeq,
      waiting: (message) => {
        if (message !== this.execution.message) this.#write(wait(this.execution, message));
      },
    };
  }

  async #placed(runner: RunnerInfo): Promise<void> {
    this.#write(place(this.execution, runner));
    await this.#writes;
    if (this.#lost) throw new RunnerDetachedError('Another process has taken the execution over.');
  }

  #started(at: number, runner: RunnerInfo): void {
    const { language, createdAt, status } = this.execution;
    if (status !== 'STARTING') return;
    this.#deps.telemetry.started(language, runner.warm, Math.max(0, at - createdAt));
    this.#write(start(this.execution, at, runner));
    this.#stages.startOver(this.execution);
    this.#erasePayload();
  }

  #erasePayload(): void {
    const { store, retry } = this.#deps;
    const { id } = this.execution;
    this.#then(() => retry(() => store.deletePayload(id)));
  }

  #shown(): void {
    if (!this.#firstShown) {
      this.#firstShown = true;
      const { language, createdAt, runner } = this.execution;
      const now = Date.now();
      this.#stages.shown(now);
      this.#deps.telemetry.firstOutput(language, runner?.warm ?? false, Math.max(0, now - createdAt));
    }
    this.#deps.wakeups.wake(this.execution.id);
  }

  async #finish(how: RunEnd): Promise<void> {
    const { store, runner, retry, telemetry, logger } = this.#deps;
    const overAt = Date.now();
    await this.output.flush();
    const output = { lastSeq: this.output.lastSeq, bytes: this.output.bytes };
    this.#write(end(this.execution, how, output, Date.now()), 'when stored');
    await this.#writes;
    if (this.#lost) return;
    const { id, language } = this.execution;
    telemetry.output(output.lastSeq, output.bytes);
    telemetry.ended(language, how.reason, how.usage?.wallMs ?? null);
    this.#stages.ended(this.execution, overAt);
    logger.info(
      { executionId: id, reason: how.reason, exitCode: how.exitCode, ...how.usage, ...output },
      'execution ended',
    );
    await retry(() => store.deletePayload(id));
    // What is not removed now, the sweep finds.
    await runner
      .remove(this.execution)
      .catch((err: unknown) =>
        logger.warn({ executionId: id, err }, 'what the runner holds was not removed'),
      );
  }

  /** The program, or the place where it is to run, is another process's from now on. */
  async #release(): Promise<void> {
    await this.output.flush();
    this.#then(() => this.#deps.retry(() => this.#apply(release(this.execution))).then(() => {}));
    await this.#writes;
  }

  async #giveBack(reason: string): Promise<void> {
    if (this.#lost) return;
    if (this.#isCancelWanted) {
      return this.#finish({ ...interrupted('Cancelled before it started.'), reason: 'CANCELLED' });
    }
    const { runner: place } = this.execution;
    this.#write(requeue(this.execution, reason));
    await this.#writes;
    if (this.#lost) return;
    // Not before: whoever takes it over while the record names this place must find it.
    if (place !== null) this.#deps.runner.abandon(place);
    this.#stages.startOver(this.execution);
    this.requeued = true;
    if (this.#isCancelWanted) await this.#cancelQueued();
  }

  /** A wish was stored before the way back was: it is not to wait for another turn. */
  async #cancelQueued(): Promise<void> {
    const { store, retry, telemetry } = this.#deps;
    this.#write(cancelQueued(this.execution, Date.now()), 'when stored');
    await this.#writes;
    if (this.#lost) return;
    const { id, language } = this.execution;
    telemetry.ended(language, 'CANCELLED', null);
    tellCancelled(telemetry, this.execution);
    await retry(() => store.deletePayload(id));
  }

  /** A defect, or a store that was given up. */
  async #fail(error: unknown): Promise<void> {
    this.#stop.abort('INTERRUPTED');
    if (error instanceof StoreUnavailableError || hasEnded(this.execution)) throw error;
    this.#deps.logger.error({ executionId: this.execution.id, err: error }, 'execution failed for a defect');
    await this.#finish(interrupted('The service failed while it ran this program.'));
  }

  #gone(): RunEnd {
    if (this.execution.cancelRequestedAt !== null) {
      return { ...interrupted('Cancelled; the process that ran it is gone.'), reason: 'CANCELLED' };
    }
    return interrupted('The process that ran it is gone; what it printed until then is kept.');
  }

  /**
   * Applies a transition here at once and in the store after those before it. An end is shown only when it is stored.
   */
  #write(transition: Transition, shown: 'at once' | 'when stored' = 'at once'): void {
    const { retry, wakeups } = this.#deps;
    const { id } = this.execution;
    const after = { ...this.execution, ...transition.change };
    if (shown === 'at once') {
      this.execution = after;
      wakeups.wake(id, after);
    }
    this.#then(async () => {
      const written = await retry(() => this.#apply(transition));
      if (!written) return this.lose();
      // A wish made while the claim was on its way found nobody to tell.
      if (written.cancelRequestedAt !== null) this.stop('CANCELLED');
      if (shown === 'at once') return;
      this.execution = written;
      wakeups.wake(id, written);
    });
  }

  /** Null when the record is another process's now. A write that was made but whose answer was lost counts as made. */
  async #apply({ expected, change }: Transition): Promise<Execution | null> {
    const { store } = this.#deps;
    const { id } = this.execution;
    const written = await store.updateExecution(id, expected, change);
    if (written) return written;
    const now = await store.getExecution(id);
    return now && now.epoch === (change.epoch ?? expected.epoch) && now.status === change.status ? now : null;
  }

  #then(write: () => Promise<void>): void {
    this.#writes = this.#writes.then(() => (this.#lost ? undefined : write()));
    // Whoever awaits the writes sees the failure; until then it must not count as unhandled.
    this.#writes.catch(() => {});
  }

  /** Another process has taken it over: nothing is written any more, and the program is its business. */
  lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#deps.logger.warn({ executionId: this.execution.id }, 'execution was taken over by another process');
    this.#stop.abort('LOST');
  }
}

function interrupted(message: string): RunEnd {
  return {
    reason: 'INTERRUPTED',
    exitCode: null,
    signal: null,
    message,
    usage: null,
    outputTruncated: false,
  };
}
