import type { RunObserver, RunRequest } from '../../executions/run.ts';
import type { Runner, RunnerCheck, RunOutcome, RuntimeInfo, WarmSandboxes } from '../../executions/runner.ts';
import type { SessionHost } from '../../executions/session-host.ts';
import type { Pool } from '../pool/pool.ts';
import type { ReadySandbox } from '../pool/sandbox.ts';
import { endedBy } from '../run/endings/ending.ts';
import { ended, notStarted, stoppedBeforeStart, type Waited } from '../run/endings/outcome.ts';
import type { LocalSandbox } from './local-sandbox.ts';
import { runInSandbox } from './run.ts';

export interface LocalRunnerParts<S extends ReadySandbox> {
  /** As `Runner` has it. */
  readonly kind: string;
  readonly runtimes: readonly RuntimeInfo[];
  readonly isolation: string;
  readonly warning: string | null;
  readonly defaultMaxRunning: number;
  readonly pools: readonly Pool<S>[];
  /** The pool whose sandboxes run programs of a language that the runner has. */
  readonly poolOf: (language: string) => Pool<S>;
  /** Default: none. */
  readonly sessions?: SessionHost;
  /** Puts program and files where the sandbox finds them. Throws what the file system does. */
  readonly write: (sandbox: S, request: RunRequest) => void;
  /** Ends every process and releases what else was acquired; called once, after the pools were closed. */
  readonly release: () => Promise<void>;
}

/** Runs programs in processes of this machine, one for each. */
export class LocalRunner<S extends LocalSandbox & ReadySandbox> implements Runner {
  readonly kind: string;
  readonly outlivesProcess = false;
  readonly sessions: SessionHost | null;
  readonly runtimes: readonly RuntimeInfo[];
  readonly isolation: string;
  readonly warning: string | null;
  readonly defaultMaxRunning: number;
  readonly #parts: LocalRunnerParts<S>;
  readonly #closing = new AbortController();
  #closed: Promise<void> | null = null;

  constructor(parts: LocalRunnerParts<S>) {
    this.kind = parts.kind;
    this.runtimes = parts.runtimes;
    this.isolation = parts.isolation;
    this.warning = parts.warning;
    this.defaultMaxRunning = parts.defaultMaxRunning;
    this.sessions = parts.sessions ?? null;
    this.#parts = parts;
    for (const pool of parts.pools) pool.reconcile();
  }

  async run(request: RunRequest, observer: RunObserver, stop: AbortSignal): Promise<RunOutcome> {
    if (this.#closing.signal.aborted) return notStarted('The runner is closing.');
    if (stop.aborted) return stoppedBeforeStart(stop);
    const pool = this.#parts.poolOf(request.language);
    const ready = pool.take();
    const waited: Waited<S> =
      ready !== null ? { kind: 'ready', sandbox: ready } : await this.#waitFor(pool, observer, stop);
    if (waited.kind !== 'ready') return waited;
    const { sandbox } = waited;
    try {
      this.#parts.write(sandbox, request);
    } catch (cause) {
      sandbox.kill();
      sandbox.output?.[Symbol.dispose]();
      return couldNotWrite(cause);
    }
    return runInSandbox(sandbox, request, observer, {
      kind: this.kind,
      warm: ready !== null,
      stops: [stop, this.#closing.signal],
    });
  }

  /** A program never outlives the process that started it. */
  async adopt(): Promise<null> {
    return null;
  }

  /** A sandbox is gone with its program's end. */
  async remove(): Promise<void> {}

  /** Nothing is ever bound. */
  release(): void {}

  async listAllocations(): Promise<readonly string[]> {
    return [];
  }

  async check(): Promise<RunnerCheck> {
    const problems = this.#parts.pools.map(({ problem }) => problem).filter((problem) => problem !== null);
    if (this.warning !== null) problems.push(this.warning);
    if (problems.length > 0) return { healthy: false, message: problems.join(' ') };
    const preparing = this.#parts.pools.find((pool) => pool.preparing !== null);
    return { healthy: true, message: preparing?.preparing ?? null };
  }

  warm(): readonly WarmSandboxes[] {
    return this.#parts.pools.map(({ warm }) => warm);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Ends what runs. Their promises resolve when their observers have taken the last output, which is not waited for. */
  async #close(): Promise<void> {
    this.#closing.abort('INTERRUPTED');
    for (const pool of this.#parts.pools) pool[Symbol.dispose]();
    await this.#parts.release();
  }

  async #waitFor(pool: Pool<S>, observer: RunObserver, stop: AbortSignal): Promise<Waited<S>> {
    const waited = await pool.wait((message) => observer.waiting(message), stop);
    return waited.kind !== 'ready' && stop.aborted ? stoppedBeforeStart(stop) : waited;
  }
}

/** What the disk cannot take now it may take later; what it can never take is an end. */
function couldNotWrite(cause: unknown): RunOutcome {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  if (TRANSIENT.has(code)) {
    return notStarted(`The program could not be written to the server's disk (${code}).`);
  }
  return ended(endedBy('INTERRUPTED', `The program and its files could not be written (${code}).`));
}

const TRANSIENT: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EIO',
  'EMFILE',
  'ENFILE',
  'EACCES',
]);
