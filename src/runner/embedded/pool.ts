import { availableParallelism } from 'node:os';
import { RunnerNotReadyError } from '../../executions/errors.ts';
import type { Logger } from '../../executions/telemetry.ts';
import { Backoff } from './backoff.ts';
import type { Launcher } from './launchers.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

export interface PoolOptions {
  readonly name: string;
  /** Sandboxes kept ready; 0 makes each when it is asked for. */
  readonly size: number;
  /** What to start; awaited again after a failure. */
  readonly launcher: () => Promise<Launcher>;
  /** Starts one; null while there may be no more of them. */
  readonly start: (launcher: Launcher) => Sandbox | null;
  readonly logger: Logger;
}

interface Waiter {
  readonly resolve: (sandbox: Sandbox) => void;
  readonly reject: (cause: Error) => void;
}

/** Sandboxes that get ready at once: more would only make each slower. */
const STARTING = Math.max(2, availableParallelism());
/** A taken sandbox is replaced this long after the last was taken, milliseconds: its program has the processors first. */
const REPLACE_AFTER_MS = 20;
/** A ready sandbox is asked to load more after this long without anybody coming, milliseconds. */
const PREPARE_AFTER_MS = 100;
/** Starts that may fail in a row before those who wait are sent away. */
const FAILURES = 3;

/**
 * Sandboxes of one launcher. Each is starting, then ready, then taken once. Whoever asks gets a ready one at once, else
 * the next to get ready, in the order of asking. Failed starts are repeated with growing pauses; who waits is sent away
 * after some.
 */
export class Pool implements AsyncDisposable {
  readonly #options: PoolOptions;
  readonly #ready: Sandbox[] = [];
  readonly #prepared = new WeakSet<Sandbox>();
  readonly #starting = new Set<Sandbox>();
  readonly #waiters: Waiter[] = [];
  readonly #backoff = new Backoff();
  #launcher: Launcher | null = null;
  #launcherPending = false;
  #lastTaken = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #problem: string | null = null;
  #closed = false;
  #made = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get wanted(): number {
    return this.#options.size;
  }

  /** How many got ready so far. */
  get madeCount(): number {
    return this.#made;
  }

  get readyCount(): number {
    return this.#ready.length;
  }

  /** Why nothing gets ready; null when all is well. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Starts what is missing: sandboxes for those who wait, then for the pool. */
  fill(): void {
    if (this.#closed || this.#backoff.pausing) return;
    if (this.#missing() <= 0) this.#prepareLater();
    else if (this.#launcher === null) this.#findLauncher();
    else this.#startMissing(this.#launcher);
  }

  #startMissing(launcher: Launcher): void {
    while (this.#missing() > 0 && this.#starting.size < STARTING) {
      if (!this.#start(launcher)) return;
    }
  }

  /** A ready sandbox, or null: then `wait` for one. */
  take(): Sandbox | null {
    if (this.#closed) throw new RunnerNotReadyError('The runner is closing.');
    this.#lastTaken = performance.now();
    let sandbox = this.#ready.shift();
    while (sandbox?.hasEnded) sandbox = this.#ready.shift();
    this.#wakeAfter(REPLACE_AFTER_MS);
    return sandbox ?? null;
  }

  /**
   * The next sandbox that gets ready. Rejects with `RunnerNotReadyError` when none does, and as soon as the signal
   * aborts.
   */
  async wait(signal: AbortSignal): Promise<Sandbox> {
    const { promise, resolve, reject } = Promise.withResolvers<Sandbox>();
    const waiter = { resolve, reject };
    const onAbort = (): void => {
      const index = this.#waiters.indexOf(waiter);
      if (index !== -1) this.#waiters.splice(index, 1);
      reject(new RunnerNotReadyError('Stopped before it was started.'));
    };
    if (signal.aborted) onAbort();
    else {
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.push(waiter);
      this.fill();
    }
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#backoff[Symbol.dispose]();
    this.#sendAway('The runner is closing.');
    const left = [...this.#ready.splice(0), ...this.#starting];
    for (const sandbox of left) sandbox.kill();
    await Promise.all(left.map((sandbox) => sandbox.exited));
  }

  #missing(): number {
    return this.#options.size + this.#waiters.length - this.#ready.length - this.#starting.size;
  }

  #findLauncher(): void {
    if (this.#launcherPending) return;
    this.#launcherPending = true;
    void this.#options.launcher().then(
      (launcher) => {
        this.#launcherPending = false;
        this.#launcher = launcher;
        this.fill();
      },
      (cause: unknown) => {
        this.#launcherPending = false;
        if (!this.#closed) this.#failed(cause);
      },
    );
  }

  #start(launcher: Launcher): boolean {
    let sandbox: Sandbox | null;
    try {
      sandbox = this.#options.start(launcher);
    } catch (cause) {
      this.#failed(cause);
      return false;
    }
    if (sandbox === null) return false;
    const started = sandbox;
    this.#starting.add(started);
    void started.ready.then(
      () => this.#becameReady(started),
      (cause: unknown) => {
        this.#starting.delete(started);
        if (!this.#closed) this.#failed(cause);
      },
    );
    return true;
  }

  #becameReady(sandbox: Sandbox): void {
    this.#starting.delete(sandbox);
    if (this.#closed) {
      sandbox.kill();
      return;
    }
    this.#made++;
    this.#backoff.reset();
    this.#problem = null;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      this.#lastTaken = performance.now();
      waiter.resolve(sandbox);
    } else {
      this.#ready.push(sandbox);
      void sandbox.exited.then(() => this.#ended(sandbox));
    }
    if (this.#waiters.length > 0) this.fill();
    else this.#wakeAfter(waiter === undefined ? 0 : REPLACE_AFTER_MS);
  }

  /** One that died while it was ready is replaced. */
  #ended(sandbox: Sandbox): void {
    const index = this.#ready.indexOf(sandbox);
    if (index === -1) return;
    this.#ready.splice(index, 1);
    this.fill();
  }

  #failed(cause: unknown): void {
    const { name, logger } = this.#options;
    this.#problem = `No ${name} sandbox gets ready: ${cause instanceof Error ? cause.message : String(cause)}`;
    logger.warn({ launcher: name, err: cause }, 'a sandbox did not get ready');
    if (this.#backoff.failures + 1 >= FAILURES) this.#sendAway(this.#problem);
    this.#backoff.fail(() => this.fill());
  }

  #sendAway(message: string): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(new RunnerNotReadyError(message));
  }

  /** Fills the pool when nobody has come for `ms`. */
  #wakeAfter(ms: number): void {
    if (this.#timer !== null || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const quietFor = performance.now() - this.#lastTaken;
      if (quietFor < REPLACE_AFTER_MS) this.#wakeAfter(REPLACE_AFTER_MS - quietFor);
      else this.fill();
    }, ms);
    this.#timer.unref();
  }

  /** With the pool full and nobody about, has its sandboxes load more, one at a time. */
  #prepareLater(): void {
    if (this.#timer !== null || this.#closed) return;
    const next = this.#ready.find((sandbox) => sandbox.launcher.canPrepare && !this.#prepared.has(sandbox));
    if (next === undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const quietFor = performance.now() - this.#lastTaken;
      if (quietFor >= PREPARE_AFTER_MS && this.#ready.includes(next)) {
        this.#prepared.add(next);
        next.prepare();
      }
      this.fill();
    }, PREPARE_AFTER_MS);
    this.#timer.unref();
  }
}
