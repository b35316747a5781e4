import type { RunObserver } from '../../src/executions/run.ts';
import type {
  SessionHost,
  SessionLoss,
  SessionRequest,
  SessionRunOutcome,
  SessionRunRequest,
  SessionSandbox,
} from '../../src/executions/session-host.ts';
import { PLACE, ScriptedRun } from './scripted-runner.ts';

/** A run in a session, moved on by the test; `stateLost` is reported with its end. */
export class ScriptedCell extends ScriptedRun {
  readonly context: string | null;
  stateLost = false;

  constructor(request: SessionRunRequest, observer: RunObserver, stop: AbortSignal) {
    super(request, observer, stop);
    this.context = request.context;
  }

  async sessionOutcome(): Promise<SessionRunOutcome> {
    const outcome = await this.outcome;
    if (outcome.kind !== 'ended') throw new Error(`Expected an end, got ${outcome.kind}`);
    return { end: outcome.end, stateLost: this.stateLost };
  }
}

/** A sandbox whose programs do what the test says, when it says so. */
export class ScriptedSandbox implements SessionSandbox {
  readonly runner = PLACE;
  readonly request: SessionRequest;
  readonly #loss = Promise.withResolvers<SessionLoss>();
  readonly #waiting: ((cell: ScriptedCell) => void)[] = [];
  readonly #cells: ScriptedCell[] = [];
  isDisposed = false;
  /** Cells that have not ended. */
  running = 0;

  constructor(request: SessionRequest) {
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
  ): Promise<SessionRunOutcome> {
    if (this.running > 0) throw new Error('Expected one execution at a time');
    if (this.isDisposed) throw new Error('Expected a sandbox that is there');
    this.running++;
    const cell = new ScriptedCell(request, observer, stop);
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

/** Keeps sandboxes for Python, with contexts, and JavaScript, without. */
export class ScriptedSessions implements SessionHost {
  readonly languages = [
    { language: 'python', hasContexts: true },
    { language: 'javascript', hasContexts: false },
  ];
  /** Sandboxes made, in the order of their sessions. */
  readonly sandboxes: ScriptedSandbox[] = [];
  /** What the next openings throw. */
  fails: Error | null = null;
  /** While it is not settled no sandbox gets ready. */
  gate: Promise<void> = Promise.resolve();

  async open(request: SessionRequest, stop: AbortSignal): Promise<SessionSandbox> {
    const stopped = Promise.withResolvers<never>();
    stop.addEventListener('abort', () => stopped.reject(stop.reason), { once: true });
    await Promise.race([this.gate, stopped.promise]);
    if (this.fails) throw this.fails;
    const sandbox = new ScriptedSandbox(request);
    this.sandboxes.push(sandbox);
    return sandbox;
  }

  /** The sandbox of that session, once it is made. */
  of(id: string): ScriptedSandbox {
    const found = this.sandboxes.find(({ request }) => request.id === id);
    if (!found) throw new Error(`Expected a sandbox of session ${id}`);
    return found;
  }
}
