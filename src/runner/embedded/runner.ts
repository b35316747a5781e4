import { RunnerNotReadyError } from '../../executions/errors.ts';
import type {
  RunEnd,
  Runner,
  RunnerCheck,
  RunObserver,
  RunRequest,
  RuntimeInfo,
  WarmSandboxes,
} from '../../executions/runner.ts';
import { endedBy } from '../ends/ending.ts';
import { notStarted, stoppedBeforeStart } from '../ends/not-started.ts';
import type { LauncherName } from './launchers.ts';
import type { Pool } from './pool.ts';
import { runInSandbox } from './run.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { writeProgram } from './sandbox/write_program.ts';

export interface EmbeddedRunnerParts {
  readonly runtimes: readonly RuntimeInfo[];
  readonly defaultMaxRunning: number;
  readonly pools: { readonly [name in LauncherName]: Pool };
  /** Ends every process and releases what else was acquired; called once, after the pools were closed. */
  readonly release: () => Promise<void>;
}

/** Runs programs in processes of this machine, one for each. */
export class EmbeddedRunner implements Runner {
  readonly kind = 'embedded';
  readonly outlivesProcess = false;
  readonly runtimes: readonly RuntimeInfo[];
  readonly defaultMaxRunning: number;
  readonly #pools: EmbeddedRunnerParts['pools'];
  readonly #release: () => Promise<void>;
  readonly #closing = new AbortController();
  #closed: Promise<void> | null = null;

  constructor({ runtimes, defaultMaxRunning, pools, release }: EmbeddedRunnerParts) {
    this.runtimes = runtimes;
    this.defaultMaxRunning = defaultMaxRunning;
    this.#pools = pools;
    this.#release = release;
    for (const pool of Object.values(pools)) pool.fill();
  }

  async run(request: RunRequest, observer: RunObserver, stop: AbortSignal): Promise<RunEnd> {
    if (this.#closing.signal.aborted) throw new RunnerNotReadyError('The runner is closing.');
    if (stop.aborted) return stoppedBeforeStart(stop);
    const pool = this.#poolOf(request.language);
    const ready = pool.take();
    const sandbox = ready ?? (await this.#waitFor(pool, observer, stop));
    if (sandbox === null) return stoppedBeforeStart(stop);
    if (sandbox.launcher.readsFromDirectory) {
      try {
        writeProgram(sandbox.directory, request);
      } catch (cause) {
        sandbox.kill();
        return couldNotWrite(cause);
      }
    }
    return runInSandbox(sandbox, request, observer, {
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

  /** Nothing is ever placed. */
  abandon(): void {}

  async held(): Promise<readonly string[]> {
    return [];
  }

  async check(): Promise<RunnerCheck> {
    const problems = Object.values(this.#pools)
      .map(({ problem }) => problem)
      .filter((problem) => problem !== null);
    return { healthy: problems.length === 0, message: problems.join(' ') || null };
  }

  warm(): readonly WarmSandboxes[] {
    return Object.values(this.#pools).map(({ name, readyCount, wanted, madeCount }) => ({
      launcher: name,
      ready: readyCount,
      wanted,
      made: madeCount,
    }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Ends what runs. Their promises resolve when their observers have taken the last output, which is not waited for. */
  async #close(): Promise<void> {
    this.#closing.abort('INTERRUPTED');
    await Promise.all(Object.values(this.#pools).map((pool) => pool[Symbol.asyncDispose]()));
    await this.#release();
  }

  #poolOf(language: string): Pool {
    return language === 'python' ? this.#pools.python : this.#pools.javascript;
  }

  async #waitFor(pool: Pool, observer: RunObserver, stop: AbortSignal): Promise<Sandbox | null> {
    observer.waiting(pool.problem ?? `Waiting for a ${pool.name} sandbox to get ready.`);
    try {
      return await pool.wait(AbortSignal.any([stop, this.#closing.signal]));
    } catch (cause) {
      if (stop.aborted) return null;
      throw cause;
    }
  }
}

/** What the disk cannot take now it may take later; what it can never take is an end. */
function couldNotWrite(cause: unknown): RunEnd {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  if (PASSING.has(code)) {
    throw new RunnerNotReadyError(`The program could not be written to the server's disk (${code}).`, {
      cause,
    });
  }
  return notStarted(endedBy('INTERRUPTED', `The program and its files could not be written (${code}).`));
}

const PASSING: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EIO',
  'EMFILE',
  'ENFILE',
  'EACCES',
]);
