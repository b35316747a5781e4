import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PayloadFile } from '../../../executions/execution.ts';
import type { RunRequest } from '../../../executions/run.ts';
import { OutputDirectory } from '../../local/files/output-directory.ts';
import { firstChildOf } from '../../local/first-child.ts';
import type { ProcessStatus } from '../../local/process-status.ts';
import type { Baseline, Limit, ProcessCommand, ProcessExit } from '../../local/starter/messages.ts';
import type { LocalProcess, Starter } from '../../local/starter/starter.ts';
import { openTreeStatus } from '../../local/tree-status.ts';
import { Control } from '../control.ts';
import { THREADS } from '../launchers.ts';
import { PROGRAM } from '../root.ts';
import { TREE } from '../sandbox.ts';
import { PipeMaker, type SessionPipes } from './pipes.ts';
import { childrenOf, findInJail, isZombie, killAll, signalTo, treeOf } from './processes.ts';
import { type ProcessScript, processScript } from './script.ts';

export interface SessionJailOptions {
  readonly starter: Starter;
  /** Starts the jail with the supervisor in it. */
  readonly command: ProcessCommand;
  /** The session's own, which the jail reads. */
  readonly directory: string;
  /** MiB of all processes together. */
  readonly memoryMb: number;
}

/** A process that was started in the jail. */
export interface JailProcess {
  /** Resolves to its number on this machine; null when it has ended before that was known. */
  readonly started: Promise<number | null>;
  /** Resolves to its exit code, as a shell tells it; null when it was lost with the jail. */
  readonly ended: Promise<number | null>;
}

/** A folder of the session's directory, and the files in it. */
export interface Offered {
  readonly folder: string;
  readonly paths: readonly string[];
}

export type ProcessOrder = Omit<ProcessScript, 'name' | 'pipes'> & { readonly pipes: SessionPipes };

/** What the jail's shell may take to start a process, milliseconds. */
const START_TIMEOUT_MS = 20_000;

interface Running {
  readonly started: PromiseWithResolvers<number | null>;
  readonly ended: PromiseWithResolvers<number | null>;
  /** The shell that waits for it; null until it was started. */
  shell: number | null;
}

/**
 * The jail of a session, with a shell in it that starts processes one after the other (script.ts) and lives as long as the
 * session. What programs of the session do to that shell ends the session and nothing else.
 */
export class SessionJail {
  readonly threads = THREADS;
  readonly exited: Promise<ProcessExit>;
  /** Resolves when it starts processes; rejects when nothing comes of it. */
  readonly ready: Promise<void>;
  /** Whether it has passed its memory bound: it is being ended, or has ended. */
  isOutOfMemory = false;
  readonly #options: SessionJailOptions;
  readonly #process: LocalProcess;
  readonly #pipes: PipeMaker;
  readonly #running = new Map<string, Running>();
  #control: Control | null = null;
  #pid: number | null = null;
  #supervisor: number | null = null;
  #status: ProcessStatus | null = null;
  #baseline: Baseline | null = null;
  #count = 0;

  constructor(options: SessionJailOptions) {
    this.#options = options;
    this.#process = options.starter.start(options.command);
    this.#pipes = new PipeMaker(options.directory);
    this.exited = this.#process.exited;
    this.ready = this.#becomesReady();
    this.ready.catch(() => this.kill());
    void this.exited.then(() => {
      this.#status?.[Symbol.dispose]();
      for (const running of this.#running.values()) {
        running.started.resolve(null);
        running.ended.resolve(null);
      }
      this.#running.clear();
    });
  }

  get status(): ProcessStatus | null {
    return this.#status;
  }

  /** Pipes for one process, or for several that come one after the other. Rejects when there are none. */
  pipes(): Promise<SessionPipes> {
    return this.#pipes.take();
  }

  /** Puts files where processes of the session can read them, and nothing can change them. Throws what the file system does. */
  offer(files: readonly PayloadFile[]): string {
    const folder = this.#name();
    for (const { path, content } of files) {
      const file = join(this.#options.directory, folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    return folder;
  }

  /**
   * The files that an execution leaves from now on; null when none are wanted.
   * @param offered the folder whose files are copied for it; null: none
   * @throws what the file system does
   */
  watchFiles(
    { outputFiles }: Pick<RunRequest, 'outputFiles'>,
    offered: Offered | null,
  ): OutputDirectory | null {
    if (outputFiles.length === 0 || this.#pid === null) return null;
    const { directory } = this.#options;
    const output = new OutputDirectory(`/proc/${this.#pid}/root${PROGRAM}`);
    try {
      const copies = (offered?.paths ?? []).map(
        (path) => [path, join(directory, offered?.folder ?? '', path)] as const,
      );
      output.giveAll(new Map(copies), join(directory, 'mark'));
      return output;
    } catch (cause) {
      output[Symbol.dispose]();
      throw cause;
    }
  }

  /** Starts a process. Throws what the file system does. */
  start(script: ProcessOrder): JailProcess {
    const name = this.#name();
    writeFileSync(
      join(this.#options.directory, `${name}.sh`),
      processScript({ ...script, name, pipes: script.pipes.names }),
    );
    const running: Running = {
      started: Promise.withResolvers(),
      ended: Promise.withResolvers(),
      shell: null,
    };
    this.#running.set(name, running);
    this.#control?.write(`${name}\n`);
    const timer = setTimeout(() => this.kill(), START_TIMEOUT_MS);
    void running.started.promise.then(() => {
      clearTimeout(timer);
      script.pipes.connected();
    });
    void running.ended.promise.then(() => this.#remove([`${name}.sh`, script.stdin, script.files]));
    return { started: running.started.promise, ended: running.ended.promise };
  }

  /** Keeps a clock and the bounds of the whole session from now on; see `InterpreterProcess.watch`. */
  watch(timeoutMs: number | null, graceMs: number, passed: (limit: Limit) => void): void {
    const { memoryMb } = this.#options;
    const baseline = this.#baseline ?? { bytes: 0, cpuMs: 0 };
    const pid = this.#baseline === null ? null : this.#pid;
    this.#process.watch({ pid, tree: TREE, baseline, timeoutMs, graceMs, memoryMb }, (limit) => {
      this.isOutOfMemory ||= limit === 'memory';
      passed(limit);
    });
  }

  /** Ends every process but those below the given ones; the whole jail when that cannot be done. */
  async killAllBut(kept: readonly JailProcess[]): Promise<void> {
    const spared = [...this.#running.values()].filter(({ ended }) => {
      return kept.some((process) => process.ended === ended.promise);
    });
    if (!(await killAll(() => this.#strays(spared)))) this.kill();
  }

  /** Ends it and everything in it. Safe to repeat. */
  kill(): void {
    this.#process.kill();
  }

  /** All processes in the jail but its own, and those of the spared shells. */
  #strays(spared: readonly Running[]): number[] {
    if (this.#pid === null || this.#supervisor === null) return [];
    const shells = childrenOf(this.#supervisor);
    const own = new Set([this.#pid, this.#supervisor, ...shells]);
    for (const { shell } of spared) for (const pid of shell === null ? [] : treeOf(shell)) own.add(pid);
    return treeOf(this.#pid).filter((pid) => !own.has(pid) && !isZombie(pid));
  }

  async #becomesReady(): Promise<void> {
    const pipes = await this.#process.pipes;
    // What the supervisor itself prints is of no program.
    pipes.stdout.resume();
    this.#control = new Control(pipes.stdin);
    await this.#control.ready(pipes.stderr, this.exited);
    pipes.stderr.resume();
    this.#control.lines((line) => this.#received(line));
    this.#pid = await this.#process.pid;
    if (this.#pid === null) throw new Error('The jail ended before it was ready');
    this.#supervisor = firstChildOf(this.#pid);
    this.#status = openTreeStatus(this.#pid, TREE);
    const { memory, cpuMs } = this.#status?.look() ?? { memory: null, cpuMs: null };
    this.#baseline = memory === null ? null : { bytes: memory.own, cpuMs: cpuMs ?? 0 };
  }

  #received(line: string): void {
    const [what, name = '', number = ''] = line.split(' ');
    const running = this.#running.get(name);
    if (running === undefined) return;
    if (what === 'started') {
      const pid = this.#pid === null ? null : findInJail(this.#pid, Number(number));
      running.shell = pid === null ? null : this.#shellOf(pid);
      running.started.resolve(pid);
    } else if (what === 'ended') {
      this.#running.delete(name);
      running.started.resolve(null);
      running.ended.resolve(Number(number));
    }
  }

  /** The shell of the supervisor's that a process is below. */
  #shellOf(pid: number): number | null {
    if (this.#supervisor === null) return null;
    return childrenOf(this.#supervisor).find((shell) => treeOf(shell).includes(pid)) ?? null;
  }

  #remove(names: readonly (string | null)[]): void {
    for (const name of names) {
      if (name !== null) rmSync(join(this.#options.directory, name), { recursive: true, force: true });
    }
  }

  #name(): string {
    this.#count += 1;
    return `p${this.#count}`;
  }
}

/** Interrupts a process and all that it has started. */
export function interruptTree(pid: number): void {
  for (const one of treeOf(pid)) signalTo(one, 'SIGINT');
}
