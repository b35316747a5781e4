import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { ControlGroup } from './control-groups.ts';
import type { Limit, ProcessCommand, ProcessExit, Watch } from './messages.ts';
import { openProcessBound, type ProcessBound } from './process-bound.ts';
import { ProcessWatch } from './process-watch.ts';

export interface StartedProcessOptions {
  /** Where control groups of cgroup v2 can be made; null: nowhere. */
  readonly groups: string | null;
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
const MiB = 1024 * 1024;

/** One process that the starter has started. States: started, watched from `watch` on, ended. */
export class StartedProcess {
  readonly #child: ChildProcess;
  readonly #isJail: boolean;
  readonly #options: StartedProcessOptions;
  /** What bounds its processes: one of them, or none. */
  readonly #group: ControlGroup | null;
  readonly #bound: ProcessBound | null;
  /** Process 1 of the jail; the process itself without one. */
  #pid: number | null = null;
  #watch: ProcessWatch | null = null;
  #watchNumber = 0;
  /** Processor time of the group when that watch began, milliseconds. */
  #cpuBeforeMs = 0;
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
    const { groups } = options;
    const isGrouped = groups !== null && isJail && processes !== undefined;
    this.#group = isGrouped ? new ControlGroup(groups, processes) : null;
    this.#bound = isGrouped || processes === undefined ? null : openProcessBound(processes);
    // The leader of a process group of its own, so that a kill reaches everything it might have started.
    const start = (): ChildProcess =>
      spawn(file, isGrouped ? ['--block-fd', String(stdio.length), ...args] : args, {
        cwd: directory,
        env,
        stdio: isGrouped ? [...stdio, 'pipe'] : stdio,
        detached: true,
        windowsHide: true,
      });
    try {
      this.#child = this.#bound === null ? start() : this.#bound.start(start);
    } catch (cause) {
      this.#group?.release();
      throw cause;
    }
    this.#child.once('error', (cause) => this.#failed(cause));
    this.#child.once('exit', (code, signal) => this.#exited(code, signal));
    const { pid } = this.#child;
    if (pid === undefined) return;
    yieldToServer(pid);
    if (isJail) this.#readInfo(this.#child.stdio[3] as Readable, stdio.length);
    else this.#started(pid);
  }

  /** Keeps the bounds from now on, in place of those before: kills what passes one. */
  watch(number: number, watch: Watch): void {
    if (this.#hasEnded) return;
    this.#endWatch();
    this.#watchNumber = number;
    this.#cpuBeforeMs = this.#group?.usage?.cpuMs ?? 0;
    if (watch.tree !== undefined) this.#group?.limitMemory(watch.memoryMb * MiB);
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

  /** @param gate the descriptor whose other end the jail waits for, where it has a group */
  #readInfo(info: Readable, gate: number): void {
    let text = '';
    info.setEncoding('latin1').on('data', (part: string) => {
      if (this.#pid !== null) return;
      text = (text + part).slice(0, INFO_LENGTH);
      const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
      if (pid === undefined) return;
      this.#pid = Number(pid);
      if (this.#group === null) this.#started(this.#pid);
      else void this.#enter(this.#group, this.#pid, this.#child.stdio[gate] as unknown as Writable);
    });
    info.on('error', () => undefined);
  }

  /** Nothing runs in the jail before it is in its group. */
  async #enter(group: ControlGroup, pid: number, gate: Writable): Promise<void> {
    gate.on('error', () => undefined);
    try {
      await group.add(pid);
      this.#started(pid);
      gate.end('.');
    } catch {
      // It has ended by itself just now, or ends so.
      this.kill();
    }
  }

  #started(pid: number): void {
    this.#pid = pid;
    this.#options.started(pid);
    if (this.#isDoomed) this.kill();
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const usage = this.#endWatch() ?? { wallMs: null, peakBytes: null, cpuMs: null };
    const counted = this.#watch === null ? null : (this.#group?.usage ?? null);
    if (counted?.isOutOfMemory) this.#options.limit(this.#watchNumber, 'memory');
    const cpuMs = counted === null ? usage.cpuMs : Math.round(counted.cpuMs - this.#cpuBeforeMs);
    this.#release();
    this.#options.exited({ code, signal, ...usage, cpuMs });
  }

  #failed(cause: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#endWatch();
    this.#release();
    this.#options.failed(cause.message);
  }

  #release(): void {
    this.#bound?.release();
    this.#group?.release();
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
