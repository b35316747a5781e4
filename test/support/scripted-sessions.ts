import type { RunObserver } from '../../src/executions/run.ts';
import {
  type LastingSandboxes,
  type SessionHost,
  type SessionLoss,
  type SessionPlacement,
  type SessionRequest,
  type SessionRunAdoption,
  type SessionRunOutcome,
  type SessionRunRequest,
  type SessionSandbox,
  SessionStartError,
} from '../../src/executions/session-host.ts';
import { PLACE, ScriptedRun } from './scripted-runner.ts';

/** A run in a session, moved on by the test; `stateLost` is reported with its end. */
export class ScriptedCell extends ScriptedRun {
  readonly context: string | null;
  stateLost = false;

  constructor(
    request: SessionRunRequest,
    observer: RunObserver,
    stop: AbortSignal,
    options: { readonly after?: number; readonly outlivesProcess?: boolean } = {},
  ) {
    super(request, observer, stop, options);
    this.context = request.context;
  }

  async sessionOutcome(): Promise<SessionRunOutcome | 'detached'> {
    const outcome = await this.outcome;
    if (outcome.kind === 'detached') return 'detached';
    if (outcome.kind !== 'ended') throw new Error(`Expected an end, got ${outcome.kind}`);
    return { end: outcome.end, stateLost: this.stateLost };
  }
}

/** A sandbox whose programs do what the test says, when it says so. */
export class ScriptedSandbox implements SessionSandbox {
  readonly runner = PLACE;
  readonly request: SessionPlacement;
  readonly #loss = Promise.withResolvers<SessionLoss>();
  readonly #waiting: ((cell: ScriptedCell) => void)[] = [];
  readonly #cells: ScriptedCell[] = [];
  isDisposed = false;
  /** Cells that have not ended. */
  running = 0;

  constructor(request: SessionPlacement) {
    this.request = request;
  }

  get ended(): Promise<SessionLoss> {
    return this.#loss.promise;
  }

  /** It is gone by itself. */
  lose(loss: SessionLoss): void {
    this.#loss.resolve(loss);
  }

  async run(
    request: SessionRunRequest,
    observer: RunObserver,
    stop: AbortSignal,
  ): Promise<SessionRunOutcome | 'detached'> {
    return this.follow(new ScriptedCell(request, observer, stop));
  }

  protected async follow(cell: ScriptedCell): Promise<SessionRunOutcome | 'detached'> {
    if (this.running > 0) throw new Error('Expected one execution at a time');
    if (this.isDisposed) throw new Error('Expected a sandbox that is there');
    this.running++;
    const waiting = this.#waiting.shift();
    if (waiting) waiting(cell);
    else this.#cells.push(cell);
    try {
      return await cell.sessionOutcome();
    } finally {
      this.running--;
    }
  }

  /** The next run that has been asked for and not been received by the test. */
  next(): Promise<ScriptedCell> {
    const cell = this.#cells.shift();
    return cell ? Promise.resolve(cell) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isDisposed = true;
  }
}

/** What several processes have in common whose sandboxes go on without them: the sessions that one stands for. */
export class ScriptedCluster {
  readonly sandboxes = new Set<string>();
}

/** One that goes on without its process. */
class LastingScriptedSandbox extends ScriptedSandbox {
  readonly #cluster: ScriptedCluster;
  #cell: ScriptedCell | null = null;
  isDetached = false;

  constructor(request: SessionPlacement, cluster: ScriptedCluster) {
    super(request);
    this.#cluster = cluster;
    cluster.sandboxes.add(request.id);
  }

  override run(
    request: SessionRunRequest,
    observer: RunObserver,
    stop: AbortSignal,
  ): Promise<SessionRunOutcome | 'detached'> {
    return this.#begin(new ScriptedCell(request, observer, stop, { outlivesProcess: true }));
  }

  adopt(
    { execution, after, payload, input, context }: SessionRunAdoption,
    observer: RunObserver,
    stop: AbortSignal,
  ): Promise<SessionRunOutcome | 'detached'> {
    const request = { ...execution, payload: payload ?? { stdin: '', files: [], env: [] }, input, context };
    return this.#begin(new ScriptedCell(request, observer, stop, { after, outlivesProcess: true }));
  }

  /** One that comes when it is disposed already ends at once. */
  #begin(cell: ScriptedCell): Promise<SessionRunOutcome | 'detached'> {
    this.#cell = cell;
    if (!this.isDisposed) return this.follow(cell);
    cell.end({ reason: 'INTERRUPTED', exitCode: null });
    return cell.sessionOutcome();
  }

  detach(): void {
    this.isDetached = true;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#cell?.end({ reason: 'INTERRUPTED', exitCode: null });
    this.#cluster.sandboxes.delete(this.request.id);
    await super[Symbol.asyncDispose]();
  }
}

/** Keeps sandboxes for Python, with contexts, and JavaScript, without. */
export class ScriptedSessions implements SessionHost {
  readonly languages = [
    { language: 'python', hasContexts: true },
    { language: 'javascript', hasContexts: false },
  ];
  readonly lasting: LastingSandboxes | null;
  readonly #cluster: ScriptedCluster | null;
  /** Sandboxes made, in the order of their sessions. */
  readonly sandboxes: ScriptedSandbox[] = [];
  /** What the next openings throw. */
  fails: Error | null = null;
  /** While it is not settled no sandbox gets ready. */
  gate: Promise<void> = Promise.resolve();

  /** @param cluster where sandboxes go on without their process; null: they end with it */
  constructor(cluster: ScriptedCluster | null = null) {
    this.#cluster = cluster;
    this.lasting = cluster && {
      adopt: async (session, stop) => {
        await this.#passGate(stop);
        if (cluster.sandboxes.has(session.id)) return this.#add(session);
        throw new SessionStartError('LOST', 'Its sandbox is gone.');
      },
      remove: async ({ id }) => void cluster.sandboxes.delete(id),
      listAllocations: async () => [...cluster.sandboxes],
    };
  }

  async open(request: SessionRequest, stop: AbortSignal): Promise<SessionSandbox> {
    await this.#passGate(stop);
    if (this.fails) throw this.fails;
    const placement = { ...request, runner: null };
    if (this.#cluster !== null && !(await request.bound(PLACE))) throw new Error('It is not held any more.');
    return this.#add(placement);
  }

  async #passGate(stop: AbortSignal): Promise<void> {
    const stopped = Promise.withResolvers<never>();
    stop.addEventListener('abort', () => stopped.reject(stop.reason), { once: true });
    await Promise.race([this.gate, stopped.promise]);
  }

  #add(placement: SessionPlacement): ScriptedSandbox {
    const sandbox = this.#cluster
      ? new LastingScriptedSandbox(placement, this.#cluster)
      : new ScriptedSandbox(placement);
    this.sandboxes.push(sandbox);
    return sandbox;
  }

  /** The sandbox of that session, once it is made. */
  of(id: string): ScriptedSandbox {
    const found = this.sandboxes.findLast(({ request }) => request.id === id);
    if (!found) throw new Error(`Expected a sandbox of session ${id}`);
    return found;
  }
}
