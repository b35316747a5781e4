import { ActiveInput } from './active-input.ts';
import { StoreUnavailableError } from './errors.ts';
import { type Execution, hasEnded, type RunnerInfo } from './execution.ts';
import { KeptFiles } from './files/keep.ts';
import { removeLeftFiles } from './files/remove.ts';
import { needAside, setAside } from './files/set-aside.ts';
import { LifecycleSpans, recordCancelled } from './lifecycle-spans.ts';
import type { Notifier } from './notifier.ts';
import type { Chunk } from './output/chunk.ts';
import { LiveOutput, type UnstoredBudget } from './output/live.ts';
import { OwnedRecord } from './owned-record.ts';
import type { Retry } from './retry.ts';
import type { RunEnd, RunObserver, StopReason } from './run.ts';
import type { RunOutcome } from './runner.ts';
import type { ExecutionRunner } from './sessions/session-runner.ts';
import type { Store } from './store.ts';
import type { Logger, Telemetry } from './telemetry.ts';
import { bind, cancelQueued, end, requeue, type StoredOutput, start, wait } from './transitions.ts';

export interface ActiveExecutionOptions {
  readonly store: Store;
  readonly runner: ExecutionRunner;
  readonly notifier: Notifier;
  readonly budget: UnstoredBudget;
  readonly retry: Retry;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

/**
 * One execution that this process owns, from its claim or adoption on. It becomes inactive in exactly one of these ways, and
 * `done` settles then:
 *
 * - *ended*: the runner reported an end, or a defect made one; output and end are stored.
 * - *requeued*: the program has certainly not been started; the record is back in the queue.
 * - *released*: the runner has detached, because this process is closing; the record has no owner.
 * - *lost*: a write or poll found a higher epoch, so another process owns it; the run is stopped and nothing more is written.
 * - *failed*: the store was given up; the record stays as it is, and another process adopts it.
 *
 * What must stay true: an end is written after the last chunk, and shown only when it is stored; nothing is written once lost.
 */
export class ActiveExecution {
  readonly #options: ActiveExecutionOptions;
  readonly #stop = new AbortController();
  readonly output: LiveOutput;
  /** Its stdin and interrupts. */
  readonly input: ActiveInput;
  /** What the program left. */
  readonly #files: KeptFiles;
  readonly #spans: LifecycleSpans;
  #firstShown: boolean;
  readonly #record: OwnedRecord;
  /** Whether the program was not started and the execution went back to the queue. */
  requeued = false;
  /** Settles when the execution is no longer active. */
  done: Promise<void> = Promise.resolve();
  /** A cancel request is stored. It may have come after another cause of a stop. */
  #isCancelRequested = false;

  constructor(execution: Execution, stored: StoredOutput, options: ActiveExecutionOptions) {
    this.#options = options;
    this.#record = new OwnedRecord(execution, {
      ...options,
      onLost: () => this.#lost(),
      onWritten: (written) => this.input.receive(written),
      onCancelRequest: () => this.stop('CANCELLED'),
    });
    this.input = new ActiveInput({ ...options, record: this.#record });
    this.#files = new KeptFiles(execution.id, options);
    this.#spans = new LifecycleSpans(options.telemetry);
    this.#firstShown = stored.lastSeq > 0;
    this.output = new LiveOutput(execution.id, stored, {
      store: options.store,
      retry: options.retry,
      budget: options.budget,
      changed: () => this.#shown(),
    });
    if (execution.cancelRequestedAt !== null) this.stop('CANCELLED');
  }

  /** What this process knows of it, which may be ahead of the store. */
  get execution(): Execution {
    return this.#record.execution;
  }

  /** Ends the run from outside. The first cause wins: one that has ended by itself by then keeps its own end. */
  stop(reason: StopReason): void {
    this.#isCancelRequested ||= reason === 'CANCELLED';
    this.#stop.abort(reason);
  }

  /** Runs the program of a claimed execution. */
  async run(): Promise<void> {
    const { store, runner, retry } = this.#options;
    const { execution } = this;
    this.#spans.claimed(execution);
    await this.#settle(async () => {
      const payload = await retry(() => store.getPayload(execution.id));
      if (!payload) return ended(interrupted('Its input was no longer there when it was to start.'));
      return runner.run({ ...execution, payload, input: this.input }, this.#observer(), this.#stop.signal);
    });
  }

  /** Continues an execution that another process owned. */
  async adopt(): Promise<void> {
    const { store, runner, retry } = this.#options;
    const { execution, output } = this;
    this.#spans.adopted(execution);
    // Its former owner may have ended before doing it.
    if (execution.status === 'RUNNING') this.#record.erasePayload();
    await this.#settle(async () => {
      const payload =
        execution.status === 'STARTING' ? await retry(() => store.getPayload(execution.id)) : null;
      const { lastSeq: after, bytes } = output;
      const adoption = { execution, after, bytes, payload, input: this.input };
      const outcome = await runner.adopt(adoption, this.#observer(), this.#stop.signal);
      return outcome ?? ended(this.#gone());
    });
  }

  /** Records what comes of a run; one that fails, or is not started though its start was reported, is a defect. */
  async #settle(run: () => Promise<RunOutcome>): Promise<void> {
    let outcome: RunOutcome;
    try {
      outcome = await run().finally(() => this.input[Symbol.dispose]());
      if (outcome.kind === 'ended') return await this.#finish(outcome.end);
      if (outcome.kind === 'notStarted' && this.execution.status !== 'STARTING') {
        throw new Error(`Expected an end of a program that was started, got: ${outcome.message}`);
      }
    } catch (error) {
      return this.#fail(error);
    }
    return outcome.kind === 'detached' ? this.#release() : this.#requeue(outcome.message);
  }

  #observer(): RunObserver {
    return {
      files: this.#files,
      bound: (runner) => this.#bound(runner),
      started: (at, runner) => this.#started(at, runner),
      output: (chunks) => (needAside(chunks) ? this.#appendAside(chunks) : this.output.append(chunks)),
      storedSeq: () => this.output.storedSeq,
      waiting: (message) => {
        if (message !== this.execution.message) this.#record.write(wait(this.execution, message));
      },
    };
  }

  async #appendAside(chunks: readonly Chunk[]): Promise<void> {
    await this.output.append(await setAside(chunks, this.#files));
  }

  async #bound(runner: RunnerInfo): Promise<boolean> {
    this.#record.write(bind(this.execution, runner));
    await this.#record.written();
    return !this.#record.isLost;
  }

  #started(at: number, runner: RunnerInfo): void {
    const { language, createdAt, status } = this.execution;
    if (status !== 'STARTING') return;
    this.#options.telemetry.started(language, runner.warm, Math.max(0, at - createdAt));
    this.#record.write(start(this.execution, at, runner));
    this.#spans.startEnded(this.execution);
    this.#record.erasePayload();
  }

  #shown(): void {
    if (!this.#firstShown) {
      this.#firstShown = true;
      const { language, createdAt, runner } = this.execution;
      const now = Date.now();
      this.#spans.firstOutput(now);
      this.#options.telemetry.firstOutput(language, runner?.warm ?? false, Math.max(0, now - createdAt));
    }
    this.#options.notifier.notify(this.execution.id);
  }

  async #finish(reported: RunEnd): Promise<void> {
    const { runner, telemetry, logger } = this.#options;
    const overAt = Date.now();
    await this.output.flush();
    const how = await this.#confirm(reported);
    const output = { lastSeq: this.output.lastSeq, bytes: this.output.bytes };
    const { id } = this.execution;
    const transition = end(this.execution, how, output, this.#files.result, Date.now());
    const isRecorded = await this.#record.recordEnd(transition, (ended) => {
      telemetry.output(output.lastSeq, output.bytes);
      this.#spans.ended(ended, overAt);
      logger.info(
        { executionId: id, reason: how.reason, exitCode: how.exitCode, ...how.usage, ...output },
        'execution ended',
      );
    });
    if (!isRecorded) return;
    await this.#removeUnwanted();
    // What is not deleted now is found by garbage collection.
    await runner
      .remove(this.execution)
      .catch((err: unknown) =>
        logger.warn({ executionId: id, err }, 'what the runner holds for an ended execution was not deleted'),
      );
  }

  /** A `cleanup` that came while it ran leaves no globs in the record. */
  async #removeUnwanted(): Promise<void> {
    const { store, retry, notifier } = this.#options;
    const { id, outputFiles, files } = this.execution;
    if (outputFiles.length > 0 || files.length === 0) return;
    notifier.notify(id, await retry(() => removeLeftFiles(store, this.execution)));
  }

  /** A program may forge a report of a cancel: it counts only when there is a cancel request. */
  async #confirm(reported: RunEnd): Promise<RunEnd> {
    if (reported.reason !== 'CANCELLED' || this.#isCancelRequested) return reported;
    const { store, retry } = this.#options;
    // It may have been requested at another process and not have been seen here.
    const now = await retry(() => store.getExecution(this.execution.id));
    if (now && now.cancelRequestedAt !== null) return reported;
    return {
      ...reported,
      reason: 'INTERRUPTED',
      message: 'Its sandbox reported a cancel that was not requested.',
    };
  }

  /** The program, or the placement it is to run in, may be adopted from now on. */
  async #release(): Promise<void> {
    await this.output.flush();
    await this.#record.release();
  }

  async #requeue(reason: string): Promise<void> {
    if (this.#record.isLost) return;
    if (this.#isCancelRequested) {
      return this.#finish({ ...interrupted('Cancelled before it started.'), reason: 'CANCELLED' });
    }
    const { runner: placement } = this.execution;
    this.#record.write(requeue(this.execution, reason));
    await this.#record.written();
    if (this.#record.isLost) return;
    // Not before: a process that adopts it while the record names this placement must find it.
    if (placement !== null) this.#options.runner.release(placement);
    this.#spans.startEnded(this.execution);
    this.requeued = true;
    if (!this.#isCancelRequested) return;
    // A cancel request was stored before the requeue was: it ends in the queue at once.
    const { telemetry } = this.#options;
    await this.#record.recordEnd(cancelQueued(this.execution, Date.now()), (ended) =>
      recordCancelled(telemetry, ended),
    );
  }

  /** A defect, or a store that was given up. @throws that there is no store to record an end in */
  async #fail(error: unknown): Promise<void> {
    this.#stop.abort('INTERRUPTED');
    if (error instanceof StoreUnavailableError || hasEnded(this.execution)) throw error;
    this.#options.logger.error(
      { executionId: this.execution.id, err: error },
      'execution failed for a defect',
    );
    await this.#finish(interrupted('The service failed while it ran this program.'));
  }

  #gone(): RunEnd {
    if (this.execution.cancelRequestedAt !== null) {
      return { ...interrupted('Cancelled; the process that ran it is gone.'), reason: 'CANCELLED' };
    }
    return interrupted('The process that ran it is gone; what it printed until then is kept.');
  }

  /** Another process has adopted it: this one writes nothing more, and leaves the program to that process. */
  lose(): void {
    this.#record.lose();
  }

  #lost(): void {
    this.#options.logger.warn({ executionId: this.execution.id }, 'execution was adopted by another process');
    this.#stop.abort('LOST');
  }
}

function ended(end: RunEnd): RunOutcome {
  return { kind: 'ended', end };
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
