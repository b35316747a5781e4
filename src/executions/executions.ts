import { allSettledWithin } from '../async/timeout.ts';
import { TurnLimiter } from '../async/turn-limiter.ts';
import { UNSTORED_BYTES } from '../bounds.ts';
import type { ActiveExecution } from './active-execution.ts';
import { ActiveExecutions } from './active-executions.ts';
import { Admission, type AdmissionOptions } from './admission.ts';
import type { Caller } from './caller.ts';
import { type CancelOptions, cancelUnlessEnded, cleanup } from './cancel.ts';
import { AlreadyEndedError, expectFound, UnavailableError } from './errors.ts';
import type { Execution } from './execution.ts';
import { type OpenedFile, openFile } from './files/read.ts';
import { checkHealth, type HealthReport } from './health.ts';
import type { ExecuteInput } from './input/input.ts';
import { Maintenance } from './maintenance.ts';
import { Notifier } from './notifier.ts';
import { type FollowOptions, type OutputBatch, OutputFollower, SharedBatches } from './output/follow.ts';
import { UnstoredBudget } from './output/live.ts';
import { type OutputApi, OutputReader } from './output/reader.ts';
import { SharedReads } from './output/shared-reads.ts';
import { WaitMessages } from './output/wait-messages.ts';
import { createRetry } from './retry.ts';
import type { Runner, RuntimeInfo } from './runner.ts';
import { openSessions } from './sessions/open.ts';
import type { Sessions, SessionsApi, SessionsOptions } from './sessions/sessions.ts';
import { EXECUTION_STATUS, StatusFollower } from './status.ts';
import { interrupt, type StdinInput, writeStdin } from './stdin.ts';
import type { ListFilter, Store } from './store.ts';
import { type ExecuteOptions, execute } from './submit.ts';
import type { Logger, Telemetry } from './telemetry.ts';

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
  readonly sessions: SessionsOptions;
}

/** How long closing waits at least for operations of a store or a runner that does not respond, milliseconds. */
const LAST_MS = 1000;

/** What the edges may call: the operations without the life cycle. */
export type ExecutionsApi = Omit<
  Pick<Executions, keyof Executions>,
  'open' | 'close' | 'warm' | 'running' | 'sessions'
> & { readonly sessions: SessionsApi };

/** The operations of the service: what GraphQL, REST and the command line stand on. */
export class Executions {
  /** Reads outputs as they stand now. */
  readonly output: OutputApi;
  readonly sessions: Sessions;
  readonly #store: Store;
  readonly #runner: Runner;
  readonly #telemetry: Telemetry;
  readonly #notifier = new Notifier();
  readonly #givenUp = new AbortController();
  readonly #cancelling: CancelOptions;
  readonly #submitting: ExecuteOptions;
  readonly #active: ActiveExecutions;
  readonly #following: FollowOptions;
  readonly #admission: Admission;
  readonly #maintenance: Maintenance;
  readonly #waits: WaitMessages;
  #closing: Promise<void> | null = null;

  constructor(
    adapters: { store: Store; runner: Runner; telemetry: Telemetry; logger: Logger },
    options: ExecutionsOptions,
  ) {
    const { store, runner, telemetry, logger } = adapters;
    this.#store = store;
    this.#runner = runner;
    this.#telemetry = telemetry;
    const notifier = this.#notifier;
    const retry = createRetry(this.#givenUp.signal, logger);
    const budget = new UnstoredBudget(UNSTORED_BYTES);
    const active = new ActiveExecutions({ ...adapters, notifier, budget, retry });
    this.#active = active;
    this.#cancelling = { ...adapters, active, notifier, retry };
    const describe = (execution: Execution) => this.#waitMessage(execution);
    this.#waits = new WaitMessages({ store, notifier, describe });
    this.#following = {
      store: new SharedReads(store, notifier),
      notifier,
      turns: new TurnLimiter(),
      batches: new SharedBatches(),
      waits: this.#waits,
      live: (id) => active.get(id),
    };
    this.output = new OutputReader({ store, following: this.#following });
    const begin = (claimed: Execution): void => {
      notifier.notify(claimed.id, claimed);
      active.begin(claimed, this.#ended);
    };
    this.#admission = new Admission(store, options, begin, logger);
    const { owner, retentionDays } = options;
    const shared = { ...adapters, active, notifier, retry, owner };
    const poll = () => this.#admission.poll();
    const { sessions, maintenance } = openSessions({ ...shared, limits: options.sessions, ended: poll });
    this.sessions = sessions;
    this.#submitting = { ...adapters, admission: this.#admission, sessions };
    this.#maintenance = new Maintenance({
      ...shared,
      claims: {
        isClaiming: (id) => this.#admission.isClaiming(id) || sessions.isClaiming(id),
        wasClaimLost: (execution) => this.#admission.wasClaimLost(execution),
      },
      sessions: maintenance,
      retentionDays,
      ended: this.#ended,
    });
  }

  /**
   * Adopts what a former process left and begins to claim what is queued. Returns when there is no orphan; when the store is
   * away, or a process's lease has not expired yet, that follows.
   */
  async open(): Promise<void> {
    await this.#maintenance.adopt();
    this.#admission.poll();
    this.#maintenance.clean();
  }

  get runtimes(): readonly RuntimeInfo[] {
    return this.#runner.runtimes;
  }

  /**
   * @throws InvalidInputError, UnsupportedLanguageError, QueueFullError, IdempotencyConflictError, NotFoundError (no such
   * session), SessionEndedError, UnavailableError
   */
  async execute(caller: Caller, input: ExecuteInput): Promise<Execution> {
    if (this.#closing)
      throw new UnavailableError('The server is closing; submit again to another or in a moment.');
    return execute(this.#submitting, caller, input);
  }

  /**
   * Makes the cancel request durable; the end of a running execution follows.
   * @throws NotFoundError, AlreadyEndedError, UnavailableError
   */
  async cancel(caller: Caller, id: string): Promise<Execution> {
    const { execution, hadEnded } = await cancelUnlessEnded(this.#cancelling, caller, id);
    if (!hadEnded) return execution;
    throw AlreadyEndedError.of(execution);
  }

  /**
   * Deletes what the runner holds for it, and the files it left; cancels it first if it still runs. May be repeated.
   * @throws NotFoundError, UnavailableError
   */
  cleanup(caller: Caller, id: string): Promise<Execution> {
    return cleanup({ ...this.#cancelling, runner: this.#runner }, caller, id);
  }

  /** A file that the program left, by its path. @throws NotFoundError, UnavailableError */
  async openFile(caller: Caller, id: string, path: string): Promise<OpenedFile> {
    return openFile(this.#store, await this.#own(caller, id), path);
  }

  /**
   * Appends to the stdin of an execution that was submitted with it open; returns once that is stored.
   * @throws InvalidInputError, NotFoundError, AlreadyEndedError, StdinClosedError, StdinFullError, StdinOffsetError,
   * UnavailableError
   */
  writeStdin(caller: Caller, id: string, input: StdinInput): Promise<Execution> {
    return writeStdin(this.#cancelling, caller, id, input);
  }

  /**
   * Makes the request for an interrupt durable; the program gets SIGINT.
   * @throws NotFoundError, AlreadyEndedError, NotSupportedError, UnavailableError
   */
  interrupt(caller: Caller, id: string): Promise<Execution> {
    return interrupt({ ...this.#cancelling, runner: this.#runner }, caller, id);
  }

  /** Null when unknown or another caller's. @throws UnavailableError */
  async get(caller: Caller, id: string): Promise<Execution | null> {
    const execution = this.#active.get(id)?.execution ?? (await this.#store.getExecution(id));
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
    if (execution.status !== 'QUEUED') return null;
    const { sessionId, id } = execution;
    if (sessionId === null) return this.#admission.position(execution);
    return (await this.#store.sessions.countQueuedInSessionBefore(sessionId, id)) + 1;
  }

  /** Why it waits, while it is queued; else what its record says. @throws UnavailableError */
  async message(execution: Execution): Promise<string | null> {
    return execution.status === 'QUEUED' ? this.#waitMessage(execution) : execution.message;
  }

  /**
   * Follows the output from chunk number `after` on: what is there, then what comes, then the end; without chunks at
   * first when there are none, and whenever status or message change while nothing is printed. The iterator's
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
    const follower = new StatusFollower(id, this.#notifier, EXECUTION_STATUS);
    try {
      return follower.open(await this.#own(caller, id));
    } catch (error) {
      await follower.return();
      throw error;
    }
  }

  /** Never throws: what cannot be reached is a check that fails. */
  health(): Promise<HealthReport> {
    return checkHealth(this.#store, this.#runner, this.#active.size);
  }

  /** Executions that this process owns. */
  get running(): number {
    return this.#active.size;
  }

  /** Ready sandboxes, for metrics. */
  warm(): ReturnType<Runner['warm']> {
    return this.#runner.warm();
  }

  /**
   * Stops admitting, lets what runs end, interrupts the rest and waits until the ends are stored: `graceMs` in all, up to
   * three seconds more where the store does not respond. What is queued stays queued.
   */
  close(graceMs: number): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    const begun = performance.now();
    // A store that is away may delay these; what is claimed or adopted after that is released at once.
    await allSettledWithin(Math.max(LAST_MS, graceMs / 2), [
      this.#admission.close(),
      this.#maintenance.stopAdopting(),
    ]);
    this.sessions.release();
    await this.#active.close(Math.max(0, graceMs - (performance.now() - begun)));
    await this.sessions.close();
    this.#givenUp.abort();
    await Promise.all([
      this.#maintenance.close(LAST_MS),
      allSettledWithin(LAST_MS, [this.#waits[Symbol.asyncDispose]()]),
    ]);
  }

  readonly #ended = (active: ActiveExecution): void => {
    const { startedAt, finishedAt } = active.execution;
    if (active.requeued) this.#admission.hold();
    else this.#admission.ended((finishedAt ?? Date.now()) - (startedAt ?? active.execution.createdAt));
    this.#admission.poll();
  };

  #waitMessage(execution: Execution): Promise<string | null> {
    const { id, sessionId } = execution;
    if (sessionId === null) return this.#admission.waitMessage(execution);
    return this.sessions.waitMessage(sessionId, id);
  }

  async #own(caller: Caller, id: string): Promise<Execution> {
    return expectFound(id, await this.get(caller, id));
  }
}
