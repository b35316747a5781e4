import { UNSTORED_BYTES } from '../bounds.ts';
import { Admission, type AdmissionOptions } from './admission.ts';
import type { Caller } from './caller.ts';
import { type CancelDeps, cancelUnlessEnded } from './cancel.ts';
import type { Drive } from './drive.ts';
import { Drives } from './drives.ts';
import { Elsewhere } from './elsewhere.ts';
import { AlreadyEndedError, expectFound, UnavailableError, UserError } from './errors.ts';
import type { Chunk, Execution, OutputStream } from './execution.ts';
import { ForgottenRuns } from './forgotten.ts';
import { checkHealth, type HealthReport } from './health.ts';
import type { ExecuteInput } from './input/input.ts';
import { parseSubmission } from './input/parse.ts';
import { UnstoredBudget } from './output/budget.ts';
import { type FollowDeps, type OutputBatch, OutputFollower } from './output/follow.ts';
import { OutputReader, type OutputSummary } from './output/reader.ts';
import { SharedReads } from './output/shared-reads.ts';
import { Recovery } from './recovery.ts';
import { Retention } from './retention.ts';
import { createRetry } from './retry.ts';
import type { Runner, RuntimeInfo } from './runner.ts';
import { tellSubmission } from './stages.ts';
import { StatusFollower } from './status.ts';
import type { ListFilter, Store } from './store.ts';
import { submit } from './submit.ts';
import type { Logger, Telemetry } from './telemetry.ts';
import { Wakeups } from './wakeups.ts';
import { settledWithin } from './within.ts';

export interface ListRequest {
  /** At least 1. */
  readonly first: number;
  /** Only executions older than this id. */
  readonly after?: string;
  readonly filter?: ListFilter;
}

export interface ExecutionsOptions extends AdmissionOptions {
  /** Ended executions older than this are removed, days. */
  readonly retentionDays: number;
}

/** How long what is under way at a store or a runner that does not answer is waited for at least, milliseconds. */
const LAST_MS = 1000;

/** What the edges may ask: the operations without the life cycle. */
export type ExecutionsApi = Omit<Pick<Executions, keyof Executions>, 'open' | 'close' | 'warm'>;

/** The operations of the service: what GraphQL, REST and the command line stand on. */
export class Executions {
  readonly #store: Store;
  readonly #runner: Runner;
  readonly #telemetry: Telemetry;
  readonly #logger: Logger;
  readonly #wakeups = new Wakeups();
  readonly #givenUp = new AbortController();
  readonly #cancelling: CancelDeps;
  readonly #drives: Drives;
  readonly #following: FollowDeps;
  readonly #output: OutputReader;
  readonly #admission: Admission;
  readonly #retention: Retention;
  readonly #forgotten: ForgottenRuns;
  readonly #recovery: Recovery;
  readonly #elsewhere: Elsewhere | null;
  #closing: Promise<void> | null = null;

  constructor(
    deps: { store: Store; runner: Runner; telemetry: Telemetry; logger: Logger },
    options: ExecutionsOptions,
  ) {
    this.#store = deps.store;
    this.#runner = deps.runner;
    this.#telemetry = deps.telemetry;
    this.#logger = deps.logger;
    const retry = createRetry(this.#givenUp.signal, deps.logger);
    this.#drives = new Drives({
      ...deps,
      wakeups: this.#wakeups,
      budget: new UnstoredBudget(UNSTORED_BYTES),
      retry,
    });
    this.#cancelling = { ...deps, drives: this.#drives, wakeups: this.#wakeups, retry };
    const live = (id: string) => this.#drives.get(id);
    this.#following = { store: new SharedReads(deps.store, this.#wakeups), wakeups: this.#wakeups, live };
    this.#output = new OutputReader({ store: deps.store, live });
    this.#admission = new Admission(
      deps.store,
      options,
      (claimed) => {
        this.#wakeups.wake(claimed.id, claimed);
        this.#drives.begin(claimed, this.#ended);
      },
      deps.logger,
    );
    this.#retention = new Retention(deps.store, options.retentionDays, deps.logger);
    const { store, logger } = deps;
    const drives = this.#drives;
    this.#recovery = new Recovery({
      store,
      drives,
      claims: this.#admission,
      owner: options.owner,
      ended: this.#ended,
      logger,
    });
    this.#elsewhere =
      store.sharing &&
      new Elsewhere({ store, sharing: store.sharing, drives, wakeups: this.#wakeups, logger });
    this.#forgotten = new ForgottenRuns(deps.store, deps.runner, deps.logger);
  }

  /**
   * Takes over what a former process left and starts on what is queued. Returns when nothing is left unowned; when the
   * store is away, or a process is not known to be gone yet, that follows.
   */
  async open(): Promise<void> {
    await this.#recovery.look();
    this.#admission.look();
    void this.#retention.sweep();
    void this.#forgotten.sweep();
  }

  get runtimes(): readonly RuntimeInfo[] {
    return this.#runner.runtimes;
  }

  /** @throws InvalidInputError, UnsupportedLanguageError, QueueFullError, IdempotencyConflictError, UnavailableError */
  async execute(caller: Caller, input: ExecuteInput): Promise<Execution> {
    if (this.#closing)
      throw new UnavailableError('The server is closing; submit again to another or in a moment.');
    try {
      const { execution, created } = await submit(
        this.#store,
        this.#admission,
        caller,
        parseSubmission(input, this.runtimes),
      );
      if (!created) return execution;
      this.#telemetry.submitted(execution.language);
      tellSubmission(this.#telemetry, execution);
      this.#logger.info(
        { executionId: execution.id, caller, language: execution.language },
        'execution submitted',
      );
      this.#admission.look();
      return execution;
    } catch (error) {
      if (error instanceof UserError) this.#telemetry.refused(error.code);
      throw error;
    }
  }

  /**
   * Makes the wish durable; of an execution under way the end follows.
   * @throws NotFoundError, AlreadyEndedError, UnavailableError
   */
  async cancel(caller: Caller, id: string): Promise<Execution> {
    const { execution, hadEnded } = await cancelUnlessEnded(this.#cancelling, caller, id);
    if (!hadEnded) return execution;
    throw new AlreadyEndedError(
      `Execution ${id}: expected one that is queued or under way, got one that is ${execution.status}.`,
    );
  }

  /**
   * Removes what the runner holds for it, cancelling first if it still runs; may be repeated.
   * @throws NotFoundError, UnavailableError
   */
  async cleanup(caller: Caller, id: string): Promise<Execution> {
    const { execution, hadEnded } = await cancelUnlessEnded(this.#cancelling, caller, id);
    // Of one that still ran, whoever drives it removes what the runner holds once its end is stored.
    if (hadEnded) await this.#runner.remove(execution);
    return execution;
  }

  /** Null when unknown or another caller's. @throws UnavailableError */
  async get(caller: Caller, id: string): Promise<Execution | null> {
    const execution = this.#drives.get(id)?.execution ?? (await this.#store.getExecution(id));
    return execution?.caller === caller ? execution : null;
  }

  /** Newest first; one more than `first` when there are more. @throws UnavailableError */
  list(caller: Caller, { first, after, filter }: ListRequest): Promise<Execution[]> {
    return this.#store.listExecutions({
      caller,
      limit: first + 1,
      ...(after === undefined ? {} : { before: after }),
      ...(filter === undefined ? {} : { filter }),
    });
  }

  /** 1 = next; null unless queued. */
  async queuePosition(execution: Execution): Promise<number | null> {
    return execution.status === 'QUEUED' ? this.#admission.position(execution) : null;
  }

  /** @throws UnavailableError */
  outputSummary(execution: Execution): Promise<OutputSummary> {
    return this.#output.summary(execution);
  }

  /**
   * The text so far; both streams in arrival order unless one is named.
   * @throws OutputMissingError, UnavailableError
   */
  outputText(execution: Execution, stream?: OutputStream): Promise<string> {
    return this.#output.text(execution, stream);
  }

  /** The last lines printed up to chunk number `upTo`. @throws OutputMissingError, UnavailableError */
  outputTail(execution: Execution, upTo: number, lines: number): Promise<string[]> {
    return this.#output.tail(execution, upTo, lines);
  }

  /** The chunks numbered above `after`, `first` at most and no more than one event carries. @throws OutputMissingError, UnavailableError */
  chunks(
    execution: Execution,
    first: number,
    after: number,
  ): Promise<{ chunks: readonly Chunk[]; hasMore: boolean }> {
    return this.#output.page(execution, first, after);
  }

  /**
   * Follows the output from chunk number `after` on: what is there, then what comes, then the end. The iterator's
   * `return()` settles a pending `next()` at once, so a viewer that leaves holds nothing open.
   * @throws NotFoundError, UnavailableError; the iterator itself OutputMissingError, UnavailableError
   */
  async followOutput(caller: Caller, id: string, after: number): Promise<AsyncIterableIterator<OutputBatch>> {
    const execution = await this.#own(caller, id);
    this.#telemetry.viewers(1);
    return new OutputFollower(this.#following, execution, after, () => this.#telemetry.viewers(-1));
  }

  /** The execution as it is, then at each change of its status; completes at its end. @throws NotFoundError, UnavailableError */
  async followStatus(caller: Caller, id: string): Promise<AsyncIterableIterator<Execution>> {
    const follower = new StatusFollower(id, this.#wakeups);
    try {
      return follower.open(await this.#own(caller, id));
    } catch (error) {
      await follower.return();
      throw error;
    }
  }

  /** Never throws: what cannot be asked is a check that fails. */
  health(): Promise<HealthReport> {
    return checkHealth(this.#store, this.#runner, this.#drives.size);
  }

  /** Ready sandboxes, for metrics. */
  warm(): ReturnType<Runner['warm']> {
    return this.#runner.warm();
  }

  /**
   * Stops admitting, lets what runs end, interrupts the rest and waits until the ends are stored: `graceMs` in all, up to
   * three seconds more where the store does not answer. What is queued stays queued.
   */
  close(graceMs: number): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    const begun = performance.now();
    // A store that is away may hold these up; what is claimed or taken over after that is let go of at once.
    await settledWithin(Math.max(LAST_MS, graceMs / 2), [this.#admission.close(), this.#recovery.stop()]);
    await this.#drives.close(Math.max(0, graceMs - (performance.now() - begun)));
    this.#givenUp.abort();
    const looks = [this.#elsewhere, this.#recovery, this.#retention, this.#forgotten];
    await settledWithin(
      LAST_MS,
      looks.map((one) => one?.[Symbol.asyncDispose]() ?? Promise.resolve()),
    );
  }

  readonly #ended = (drive: Drive): void => {
    const { startedAt, finishedAt } = drive.execution;
    if (drive.requeued) this.#admission.hold();
    else this.#admission.ended((finishedAt ?? Date.now()) - (startedAt ?? drive.execution.createdAt));
    this.#admission.look();
  };

  async #own(caller: Caller, id: string): Promise<Execution> {
    return expectFound(id, await this.get(caller, id));
  }
}
