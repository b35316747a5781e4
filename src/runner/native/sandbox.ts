import { constants, openSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { RunRequest } from '../../executions/run.ts';
import type { Language } from '../languages/language.ts';
import { COMPILED, startScript } from '../languages/start-script.ts';
import { OutputDirectory } from '../local/files/output-directory.ts';
import type { CompileStep, LocalSandbox, SandboxLimits } from '../local/local-sandbox.ts';
import type { ProcessStatus } from '../local/process-status.ts';
import {
  type Baseline,
  type Limit,
  NO_BASELINE,
  type ProcessCommand,
  type ProcessExit,
} from '../local/starter/messages.ts';
import type { ProcessPipes } from '../local/starter/pipes.ts';
import type { LocalProcess, Starter } from '../local/starter/starter.ts';
import { openTreeStatus } from '../local/tree-status.ts';
import { writeProgram } from '../local/write-program.ts';
import type { ReadySandbox } from '../pool/sandbox.ts';
import { exitOfJail } from '../run/endings/process-exit.ts';
import { Control } from './control.ts';
import { NativeInput } from './input.ts';
import { CONTROL, type NativeLauncher, STDIN_PIPE, THREADS, TYPESCRIPT_FLAGS } from './launchers.ts';
import { PREPARE, pythonPayload } from './payload.ts';
import { IN_MEMORY, OUTPUT, PROGRAM, START_FILE, STDIN_FILE } from './root.ts';

export interface NativeSandboxOptions {
  readonly launcher: NativeLauncher;
  readonly starter: Starter;
  readonly command: ProcessCommand;
  /** Variables of every program. */
  readonly env: { readonly [name: string]: string };
  /** The record of a language that this server has. */
  readonly language: (name: string) => Language;
  /** Called once, after all its processes have ended. */
  readonly onExit: () => void;
}

/** The launcher inside: process 1 of the jail starts nothing before it. */
const LAUNCHER_PID = 2;
/** What counts of a jail's processes. */
export const TREE = { directories: IN_MEMORY, hasOwnNetwork: true, threads: THREADS };

/**
 * A jail on this machine for one program, with a launcher waiting in it. States: starting until the launcher has written a
 * byte to the control socket, ready until a program is written, running until process 1 of the jail ends, ended.
 */
export class NativeSandbox implements ReadySandbox, LocalSandbox {
  readonly threads = THREADS;
  readonly exited: Promise<ProcessExit>;
  readonly limit: Promise<Limit>;
  /** Resolves when it waits for a program; rejects when nothing comes of it. */
  readonly ready: Promise<void>;
  /** Null until a program is begun. */
  input: NativeInput | null = null;
  compileStep: CompileStep | null = null;
  output: OutputDirectory | null = null;
  readonly #options: NativeSandboxOptions;
  readonly #process: LocalProcess;
  #pipes: ProcessPipes | null = null;
  #control: Control | null = null;
  #pid: number | null = null;
  #status: ProcessStatus | null = null;
  #stdin: Socket | null = null;
  #isRunning = false;
  #hasEnded = false;

  constructor(options: NativeSandboxOptions) {
    this.#options = options;
    this.#process = options.starter.start(options.command);
    // A jail's process 1 makes codes of signals; which of the two it was cannot be told.
    this.exited = this.#process.exited.then((exit) => ({ ...exit, ...exitOfJail(exit, () => false) }));
    this.limit = this.#process.limit;
    this.ready = this.#becomesReady();
    this.ready.catch(() => this.kill());
    void this.exited.then(() => {
      this.#hasEnded = true;
      this.#status?.[Symbol.dispose]();
      this.#pipes?.stdin.destroy();
      this.#stdin?.destroy();
      if (!this.#isRunning) this.#closeOutput();
      options.onExit();
    });
  }

  get launcher(): NativeLauncher {
    return this.#options.launcher;
  }

  get stdout(): Readable {
    return this.#openPipes().stdout;
  }

  get stderr(): Readable {
    return this.#openPipes().stderr;
  }

  get status(): ProcessStatus | null {
    return this.#status;
  }

  get canServe(): boolean {
    return !this.#hasEnded && this.#control?.isOpen === true;
  }

  get canPrepare(): boolean {
    return this.launcher !== 'shell';
  }

  get ended(): Promise<unknown> {
    return this.exited;
  }

  /** Has its launcher load what programs commonly use, while it waits. */
  prepare(): void {
    this.#openControl().write(PREPARE);
  }

  watch({ timeoutMs, memoryMb }: SandboxLimits, baseline: Baseline | null): void {
    const pid = baseline === null ? null : this.#pid;
    this.#process.watch({ pid, tree: TREE, baseline: baseline ?? NO_BASELINE, timeoutMs, memoryMb });
  }

  /**
   * Writes program, files and stdin to where the launcher finds them, from outside: nothing of a program has run in the
   * sandbox yet, so every path in it leads where it says. Throws what the file system does.
   */
  write(request: RunRequest): void {
    if (this.#pid === null) throw new Error('Expected a sandbox that is ready, got one that is starting');
    const root = `/proc/${this.#pid}/root`;
    writeProgram(join(root, PROGRAM), request);
    if (request.outputFiles.length > 0) {
      this.output = new OutputDirectory(join(root, PROGRAM));
      this.output.give([request.fileName, ...request.payload.files.map(({ path }) => path)]);
    }
    const { stdin } = request.payload;
    if (request.input.isOpen) this.#stdin = openPipe(join(root, `/proc/${LAUNCHER_PID}/fd/${STDIN_PIPE}`));
    else if (stdin !== '') writeFileSync(join(root, STDIN_FILE), stdin);
    if (this.launcher !== 'shell') return;
    const language = this.#options.language(request.language);
    const host = {
      output: OUTPUT,
      reply: CONTROL,
      stdin: request.input.isOpen ? STDIN_PIPE : null,
      closed: [STDIN_PIPE],
    };
    writeFileSync(join(root, START_FILE), startScript(language, request, host));
    if (language.commands.compile === null) return;
    const control = this.#openControl();
    this.compileStep = {
      limits: language.commands.compileLimits,
      ended: control.line(COMPILED).then(Number),
      proceed: () => control.write('\n'),
    };
  }

  begin(request: RunRequest): void {
    this.#isRunning = true;
    const control = this.#openControl();
    const { fileName, args, payload } = request;
    if (this.#pid !== null) {
      this.input = new NativeInput({
        pipe: this.#stdin,
        stdin: payload.stdin,
        exited: this.exited,
        pid: this.#pid,
      });
    }
    const env = [
      ...Object.entries(this.#options.env).map(([name, value]) => ({ name, value })),
      ...payload.env,
    ];
    switch (this.launcher) {
      case 'shell':
        control.write('\n');
        return;
      case 'python':
        control.end(pythonPayload(request, env));
        return;
      case 'javascript': {
        const names = [fileName, ...payload.files.map(({ path }) => path)];
        const isTypeScript = names.some((name) => /\.[cm]?ts$/.test(name));
        const execArgv = isTypeScript ? TYPESCRIPT_FLAGS : [];
        const stdin = { pipe: STDIN_PIPE, isOpen: request.input.isOpen };
        control.end(
          JSON.stringify({ file: join(PROGRAM, fileName), args, env, isTypeScript, execArgv, stdin }),
        );
      }
    }
  }

  kill(): void {
    if (this.#hasEnded) return;
    this.#process.kill();
  }

  discard(): void {
    this.kill();
  }

  async #becomesReady(): Promise<void> {
    const pipes = await this.#process.pipes;
    this.#pipes = pipes;
    this.#control = new Control(pipes.stdin);
    await this.#control.ready(pipes.stderr, this.exited);
    this.#pid = await this.#process.pid;
    if (this.#pid !== null) this.#status = openTreeStatus(this.#pid, TREE);
  }

  #closeOutput(): void {
    this.#pipes?.stdout.destroy();
    this.#pipes?.stderr.destroy();
  }

  #openControl(): Control {
    if (this.#control === null) throw new Error('Expected a sandbox that is ready, got one that is starting');
    return this.#control;
  }

  #openPipes(): ProcessPipes {
    if (this.#pipes === null) throw new Error('Expected a sandbox that is ready, got one that is starting');
    return this.#pipes;
  }
}

/** The end of a pipe that is written to. */
function openPipe(path: string): Socket {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: false, writable: true });
}
