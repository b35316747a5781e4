import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import type { Limit, ProcessCommand, ProcessExit, Watch } from './messages.ts';
import { openProcessBound, type ProcessBound } from './process-bound.ts';
import { ProcessWatch } from './process-watch.ts';

export interface StartedProcessOptions {
  /** Called once, when it is known which process a kill goes to. */
  started(pid: number): void;
  /** Called at most once for each watch, when a limit of it was passed. */
  limit(watch: number, limit: Limit): void;
  /** Called once, when it has ended; unless `failed` was. */
  exited(exit: ProcessExit): void;
  /** Called once, when it could not be started. */
  failed(message: string): void;
}

/** Programs yield to the server by this much (nice). */
const PRIORITY = 5;
/** What bubblewrap writes of its child, characters at most. */
const INFO_LENGTH = 4096;

/** One process that the starter has started. States: started, watched from `watch` on, ended. */
export class StartedProcess {
  readonly #child: ChildProcess;
  readonly #isJail: boolean;
  readonly #options: StartedProcessOptions;
  readonly #bound: ProcessBound | null;
  /** Process 1 of the jail; the process itself without one. */
  #pid: number | null = null;
  #watch: ProcessWatch | null = null;
  /** Runs between the time limit and the kill. */
  #grace: NodeJS.Timeout | undefined;
  #hasEnded = false;
  /** Whether it is to be killed as soon as it is known whom a kill goes to. */
  #isDoomed = false;

  /** Pipes and outputs (named pipes) become stdin, stdout and stderr; the caller closes the pipes afterwards. */
  static start(
    command: ProcessCommand,
    { pipes, outputs }: { readonly pipes: readonly Socket[]; readonly outputs: readonly string[] },
    options: StartedProcessOptions,
  ): StartedProcess {
    const opened: number[] = [];
    const open = (descriptor: number): number => {
      opened.push(descriptor);
      return descriptor;
    };
    try {
      const files = (command.files ?? []).map((file) => open(openSync(file, 'r')));
      const named = outputs.map((file) => open(openForWriting(file)));
      const info = command.isJail ? 'pipe' : 'ignore';
      return new StartedProcess(command, [...pipes, ...named, info, ...files], options);
    } finally {
      for (const file of opened) closeSync(file);
    }
  }

  private constructor(
    { file, args, env, directory, isJail = false, processes }: ProcessCommand,
    stdio: (Socket | 'pipe' | 'ignore' | number)[],
    options: StartedProcessOptions,
  ) {
    this.#options = options;
    this.#isJail = isJail;
    this.#bound = processes === undefined ? null : openProcessBound(processes);
    // The leader of a process group of its own, so that a kill reaches everything it might have started.
    const start = (): ChildProcess =>
      spawn(file, args, { cwd: directory, env, stdio, detached: true, windowsHide: true });
    this.#child = this.#bound === null ? start() : this.#bound.start(start);
    this.#child.once('error', (cause) => this.#failed(cause));
    this.#child.once('exit', (code, signal) => this.#exited(code, signal));
    const { pid } = this.#child;
    if (pid === undefined) return;
    yieldToServer(pid);
    if (isJail) this.#readInfo(this.#child.stdio[3] as Readable);
    else this.#started(pid);
  }

  /** Keeps the bounds from now on, in place of those before: kills what passes one. */
  watch(number: number, watch: Watch): void {
    if (this.#hasEnded) return;
    this.#endWatch();
    this.#watch = new ProcessWatch(watch, (limit) => {
      this.#options.limit(number, limit);
      const graceMs = limit === 'time' ? (watch.graceMs ?? 0) : 0;
      if (graceMs === 0) this.kill();
      else this.#grace = setTimeout(() => this.kill(), graceMs);
    });
  }

  /** Ends it and everything that it started. Safe to repeat. */
  kill(): void {
    if (this.#hasEnded) return;
    if (this.#pid === null) {
      // Without its outer process a jail in the making would wait for ever.
      this.#isDoomed = true;
      return;
    }
    try {
      // A jail ends with its process 1, and its outer process after that: nothing is left when that has ended.
      process.kill(this.#isJail || process.platform === 'win32' ? this.#pid : -this.#pid, 'SIGKILL');
    } catch {
      // It ended by itself just now.
    }
  }

  #endWatch(): ReturnType<ProcessWatch['end']> | undefined {
    clearTimeout(this.#grace);
    return this.#watch?.end();
  }

  #readInfo(info: Readable): void {
    let text = '';
    info.setEncoding('latin1').on('data', (part: string) => {
      text = (text + part).slice(0, INFO_LENGTH);
      const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
      if (pid !== undefined && this.#pid === null) this.#started(Number(pid));
    });
    info.on('error', () => undefined);
  }

  #started(pid: number): void {
    this.#pid = pid;
    this.#options.started(pid);
    if (this.#isDoomed) this.kill();
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#bound?.release();
    const usage = this.#endWatch() ?? { wallMs: null, peakBytes: null, cpuMs: null };
    this.#options.exited({ code, signal, ...usage });
  }

  #failed(cause: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#bound?.release();
    this.#endWatch();
    this.#options.failed(cause.message);
  }
}

/** A named pipe whose reader may just have gone: to open it must not wait for one, and no flag for that may be left to the program. */
function openForWriting(file: string): number {
  const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return openSync(file, constants.O_WRONLY);
  } finally {
    closeSync(reader);
  }
}

/** Early enough that all it starts inherit it. */
function yieldToServer(pid: number): void {
  try {
    setPriority(pid, PRIORITY);
  } catch {
    // Ended already, or not allowed here: it competes as an equal then.
  }
}
