import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Limit, Order, ProcessCommand, ProcessExit, Report, Watch } from './messages.ts';
import { Pipes, type ProcessPipes } from './pipes.ts';

/** Characters of the starter's own stderr that an error quotes. */
const QUOTED = 2000;
/** MiB of heap that the starter may have: it holds a few numbers for each process. */
const HEAP_MB = 64;

const START = fileURLToPath(new URL('start.js', import.meta.url));

/**
 * The server's side of the starter process (main.ts). States: idle until the first start, running, idle again when the
 * process was lost (all that it had started is lost with it, and the next start makes another), closed.
 */
export class Starter implements AsyncDisposable {
  #process: ChildProcess | null = null;
  #pipes: Promise<Pipes> | null = null;
  readonly #started = new Map<number, LocalProcess>();
  readonly #groups: string | null;
  #lastId = 0;
  #closed = false;

  /** @param groups where control groups for jails are made, as `openControlGroups` returns it; default: nowhere */
  constructor(groups: string | null = null) {
    this.#groups = groups;
  }

  /** Starts the starter, so that nobody waits for it later. Harmless when it runs. */
  prepare(): void {
    if (this.#process === null && !this.#closed) this.#open();
  }

  /** Starts a process; what goes wrong is told by its promises. Throws when the starter is closed. */
  start(command: ProcessCommand): LocalProcess {
    if (this.#closed) throw new Error('The starter is closed');
    this.prepare();
    this.#lastId += 1;
    const id = this.#lastId;
    // Orders before the start itself was sent would be for a process that the starter does not know.
    let isSent = false;
    let isDoomed = false;
    const started = new LocalProcess({
      watch: (number, watch) => this.#send({ type: 'watch', id, number, watch }),
      kill: () => {
        isDoomed = true;
        if (isSent) this.#send({ type: 'kill', id });
      },
    });
    this.#started.set(id, started);
    void started.exited.then(() => this.#started.delete(id));
    void this.#connect(id, started, command).then(() => {
      isSent = true;
      if (isDoomed) this.#send({ type: 'kill', id });
    });
    return started;
  }

  /** Ends the starter and with it every process that it has started. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const process = this.#process;
    const pipes = this.#pipes;
    if (process?.connected) {
      const ended = new Promise((resolve) => process.once('exit', resolve));
      process.disconnect();
      await ended;
    }
    await Promise.all([...this.#started.values()].map(({ exited }) => exited));
    (await pipes?.catch(() => null))?.[Symbol.dispose]();
  }

  async #connect(id: number, started: LocalProcess, command: ProcessCommand): Promise<void> {
    try {
      const pipes = await this.#pipes;
      if (pipes === null) throw new Error('The starter was lost');
      started.pipes.catch(() => pipes.forget(id));
      const outputs = command.hasNamedPipes ? await pipes.named.take() : null;
      if (outputs === null) {
        pipes.expect(id, 3, ([stdin, stdout, stderr]) => {
          if (stdin && stdout && stderr) started.receivePipes({ stdin, stdout, stderr });
        });
      } else {
        void Promise.allSettled([started.exited, started.pipes]).then(() => outputs.release());
        pipes.expect(id, 1, async ([stdin]) => {
          // It has the other ends when it is started; when it could not be, nobody has.
          await started.pid;
          if (stdin && !started.isLost) started.receivePipes({ stdin, ...outputs.open() });
        });
      }
      this.#send({ type: 'start', id, command, outputs: outputs?.paths ?? [] });
    } catch (cause) {
      started.fail(cause instanceof Error ? cause : new Error(String(cause)));
    }
  }

  #open(): void {
    const child = fork(START, [], {
      // Nothing of the server's environment: it would be in the starter's /proc.
      env: {},
      execArgv: ['--max-semi-space-size=1', `--max-old-space-size=${HEAP_MB}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Out of the terminal's process group: Ctrl-C is the server's to handle.
      detached: true,
    });
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-QUOTED);
    });
    this.#process = child;
    const opening = Pipes.open();
    this.#pipes = opening;
    void opening.then(
      ({ path, token }) => this.#send({ type: 'listen', path, token, groups: this.#groups }),
      () => undefined,
    );
    child.on('message', (report: Report) => this.#received(report));
    let isLost = false;
    const lose = (reason: string): void => {
      if (isLost) return;
      isLost = true;
      if (this.#process === child) {
        this.#process = null;
        this.#pipes = null;
      }
      if (!this.#closed)
        void opening.then(
          (pipes) => pipes[Symbol.dispose](),
          () => undefined,
        );
      for (const started of [...this.#started.values()])
        started.lose(`The starter ${reason}: ${complaint.trim()}`);
    };
    child.once('error', (cause) => lose(`could not be started (${cause.message})`));
    child.once('exit', (code, signal) => lose(`ended with ${signal ?? `code ${code}`}`));
  }

  #send(order: Order): void {
    // One that is gone is told by its exit.
    if (this.#process?.connected) this.#process.send(order, () => undefined);
  }

  #received(report: Report): void {
    const started = this.#started.get(report.id);
    switch (report.type) {
      case 'started':
        started?.receivePid(report.pid);
        return;
      case 'failed':
        started?.fail(new Error(report.message));
        return;
      case 'limit':
        started?.receiveLimit(report.number, report.limit);
        return;
      case 'exited':
        started?.receiveExit(report);
    }
  }
}

/** How long the pipes of a process that was started may take to come, milliseconds. */
const PIPES_TIMEOUT_MS = 5000;
const LOST: ProcessExit = { code: null, signal: null, wallMs: null, peakBytes: null, cpuMs: null };

interface ProcessOrders {
  watch(number: number, watch: Watch): void;
  kill(): void;
}

/** A process that the starter has started. States: starting, open once its pipes are here, ended. */
export class LocalProcess {
  /** Its pipes, paused. Rejects when it ended or could not be started before they came. */
  readonly pipes: Promise<ProcessPipes>;
  /** Process 1 of its jail, or itself without one; null when it ended before that was known. */
  readonly pid: Promise<number | null>;
  /** Resolves when a limit of a watch was passed that names no one else to tell; stays pending without. */
  readonly limit: Promise<Limit>;
  /** Resolves when it has ended; never rejects. What was lost with the starter has neither code nor signal. */
  readonly exited: Promise<ProcessExit>;
  /** Whether it could not be started, or was lost with the starter. */
  isLost = false;
  readonly #orders: ProcessOrders;
  readonly #pipes = Promise.withResolvers<ProcessPipes>();
  readonly #pid = Promise.withResolvers<number | null>();
  readonly #limit = Promise.withResolvers<Limit>();
  /** How many watches there were, and who is told of the last one. */
  #watches = 0;
  #passed: ((limit: Limit) => void) | null = null;
  readonly #exited = Promise.withResolvers<ProcessExit>();

  constructor(orders: ProcessOrders) {
    this.#orders = orders;
    this.pipes = this.#pipes.promise;
    this.pipes.catch(() => undefined);
    this.pid = this.#pid.promise;
    this.limit = this.#limit.promise;
    this.exited = this.#exited.promise;
  }

  /**
   * Has the starter keep these bounds from now on, in place of those before.
   * @param passed called at most once, when one was passed and these bounds are still the last; default: settles `limit`
   */
  watch(watch: Watch, passed: (limit: Limit) => void = this.#limit.resolve): void {
    this.#watches += 1;
    this.#passed = passed;
    this.#orders.watch(this.#watches, watch);
  }

  /** Ends it and all that it started. Safe to repeat. */
  kill(): void {
    this.#orders.kill();
  }

  receivePipes(pipes: ProcessPipes): void {
    this.#pipes.resolve(pipes);
  }

  receivePid(pid: number): void {
    this.#pid.resolve(pid);
    this.#limitWaitForPipes(
      `Expected its pipes within ${PIPES_TIMEOUT_MS} ms, got none: too few file descriptors are left`,
    );
  }

  receiveLimit(watch: number, limit: Limit): void {
    if (watch === this.#watches) this.#passed?.(limit);
  }

  receiveExit({ code, signal, wallMs, peakBytes, cpuMs }: ProcessExit): void {
    this.#limitWaitForPipes(`It ended with ${signal ?? `code ${code}`} before its pipes were there`);
    this.#pid.resolve(null);
    this.#exited.resolve({ code, signal, wallMs, peakBytes, cpuMs });
  }

  /**
   * They were connected before it was started; the news of that, and of its end, came another way, and may be faster. A
   * server without file descriptors closes them, and then they never come.
   */
  #limitWaitForPipes(failure: string): void {
    const timer = setTimeout(() => {
      // What came during a long turn of the event loop is read first.
      setImmediate(() => this.#pipes.reject(new Error(failure)));
    }, PIPES_TIMEOUT_MS);
    void this.#pipes.promise.then(
      () => clearTimeout(timer),
      () => clearTimeout(timer),
    );
  }

  /** It could not be started. */
  fail(cause: Error): void {
    this.isLost = true;
    this.#pipes.reject(cause);
    this.#pid.resolve(null);
    this.#exited.resolve(LOST);
  }

  /** The starter was lost, and it with it. */
  lose(reason: string): void {
    this.fail(new Error(reason));
  }
}
