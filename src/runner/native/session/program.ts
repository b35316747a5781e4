import type { Readable } from 'node:stream';
import type { RunRequest } from '../../../executions/run.ts';
import type { Language } from '../../languages/language.ts';
import { commandFor } from '../../languages/start-script.ts';
import type { OutputDirectory } from '../../local/files/output-directory.ts';
import type { LocalInput } from '../../local/input.ts';
import type { CompileStep, LocalSandbox, SandboxLimits } from '../../local/local-sandbox.ts';
import type { ProcessStatus } from '../../local/process-status.ts';
import type { Limit, ProcessExit } from '../../local/starter/messages.ts';
import { exitOfJail } from '../../run/endings/process-exit.ts';
import { OUTPUT } from '../root.ts';
import { interruptTree, type JailProcess, type SessionJail } from './jail.ts';
import type { SessionPipes } from './pipes.ts';
import { STDIN } from './script.ts';

export interface SessionProgramOptions {
  readonly jail: SessionJail;
  readonly pipes: SessionPipes;
  readonly language: Language;
  /** Variables of every execution of the session. */
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** Interpreters whose processes are not its own. */
  readonly kept: readonly JailProcess[];
}

/** How much later than the server the starter ends the whole jail of a program at its time limit, milliseconds. */
const GRACE_MS = 2000;
const LOST: ProcessExit = { code: null, signal: null, wallMs: null, peakBytes: null, cpuMs: null };

/** A fresh process in the jail of a session, for one program; it ends with all that it has started. */
export class SessionProgram implements LocalSandbox, LocalInput {
  /** Null until it is begun. */
  output: OutputDirectory | null = null;
  readonly input: LocalInput = this;
  readonly compileStep: CompileStep | null;
  readonly limit: Promise<Limit>;
  readonly exited: Promise<ProcessExit>;
  readonly begun: Promise<boolean>;
  readonly #options: SessionProgramOptions;
  readonly #limit = Promise.withResolvers<Limit>();
  readonly #exited = Promise.withResolvers<ProcessExit>();
  readonly #compiled = Promise.withResolvers<number>();
  readonly #begun = Promise.withResolvers<boolean>();
  #startedAt = performance.now();
  #request: RunRequest | null = null;
  #files: string | null = null;
  /** What runs now: the compiler or the program. */
  #process: JailProcess | null = null;
  #pid: number | null = null;
  /** Whether what starts next is to be interrupted. */
  #isInterrupted = false;
  #killing: Promise<void> | null = null;
  #hasEnded = false;

  constructor(options: SessionProgramOptions) {
    this.#options = options;
    this.limit = this.#limit.promise;
    this.exited = this.#exited.promise;
    this.begun = this.#begun.promise;
    const { compile, compileLimits: limits } = options.language.commands;
    this.compileStep =
      compile === null ? null : { limits, ended: this.#compiled.promise, proceed: () => this.#proceed() };
    void options.jail.exited.then(() => this.#end(LOST));
  }

  get stdout(): Readable {
    return this.#options.pipes.stdout;
  }

  get stderr(): Readable {
    return this.#options.pipes.stderr;
  }

  get status(): ProcessStatus | null {
    return this.#options.jail.status;
  }

  get threads(): number {
    return this.#options.jail.threads;
  }

  /** The memory bound is that of the session. */
  watch({ timeoutMs }: SandboxLimits): void {
    this.#startedAt = performance.now();
    this.#options.jail.watch(timeoutMs, GRACE_MS, this.#limit.resolve);
  }

  begin(request: RunRequest): void {
    this.#request = request;
    const { fileName, code, payload } = request;
    const { jail } = this.#options;
    try {
      const files = [...payload.files, { path: fileName, content: Buffer.from(code) }];
      this.#files = jail.offer(files);
      this.output = jail.watchFiles(request, { folder: this.#files, paths: files.map(({ path }) => path) });
    } catch {
      this.#end(LOST);
      return;
    }
    const { compile } = this.#options.language.commands;
    if (compile === null) {
      this.#proceed();
      return;
    }
    void this.#start(compile, request, true)?.ended.then(async (exitCode) => {
      await jail.killAllBut(this.#options.kept);
      if (exitCode !== null) this.#compiled.resolve(exitCode);
    });
  }

  write(stdin: Uint8Array): Promise<boolean> {
    if (this.#hasEnded) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#options.pipes.stdin.write(stdin, (error) => resolve(!error));
    });
  }

  end(): void {
    if (!this.#hasEnded) this.#options.pipes.stdin.destroySoon();
  }

  interrupt(): void {
    if (this.#hasEnded) return;
    if (this.#pid === null) this.#isInterrupted = true;
    else interruptTree(this.#pid);
  }

  kill(): void {
    if (this.#hasEnded) return;
    // Between the compiler and the program there is nothing that could end by itself.
    if (this.#process === null) this.#end(LOST);
    else this.#killing ??= this.#options.jail.killAllBut(this.#options.kept);
  }

  #proceed(): void {
    const request = this.#request;
    if (request === null || this.#hasEnded) return;
    const process = this.#start(this.#options.language.commands.run, request, false);
    if (process === null) return;
    const { stdin } = request.payload;
    void process.started.then(async () => {
      const isTaken = request.input.isOpen ? await this.write(Buffer.from(stdin)) : true;
      this.#begun.resolve(isTaken);
    });
    void process.ended.then((exitCode) => {
      if (exitCode === null) this.#end(LOST);
      else this.#end({ ...LOST, ...exitOfJail({ code: exitCode, signal: null }, () => false) });
    });
  }

  #start(words: readonly string[], request: RunRequest, isCompiler: boolean): JailProcess | null {
    const { jail, language, pipes, env } = this.#options;
    const { input, payload, args } = request;
    try {
      const stdin = Buffer.from(isCompiler ? '' : payload.stdin);
      const isPipe = input.isOpen && !isCompiler;
      const process = jail.start({
        pipes,
        stdin: isPipe ? null : jail.offer([{ path: STDIN, content: stdin }]),
        files: this.#files,
        command: [...commandFor(words, language, request, OUTPUT), ...(isCompiler ? [] : args)],
        env: [
          ...Object.entries(language.commands.env).map(([name, value]) => ({ name, value })),
          ...env,
          ...(isCompiler ? [] : payload.env),
        ],
        isCompiler,
      });
      this.#files = null;
      this.#process = process;
      void process.started.then((pid) => {
        if (pid === null || this.#process !== process) return;
        this.#pid = pid;
        if (this.#isInterrupted) this.interrupt();
        this.#isInterrupted = false;
      });
      void process.ended.then(() => {
        if (this.#process !== process) return;
        this.#process = null;
        this.#pid = null;
      });
      return process;
    } catch {
      this.#end(LOST);
      return null;
    }
  }

  async #end(exit: ProcessExit): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const wallMs = performance.now() - this.#startedAt;
    const { jail, pipes, kept } = this.#options;
    // What is killed now is no process that is started later.
    await this.#killing;
    await jail.killAllBut(kept);
    pipes.release();
    jail.watch(null, 0, () => undefined);
    this.#begun.resolve(false);
    this.#exited.resolve({ ...exit, wallMs });
  }
}
