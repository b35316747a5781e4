import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { OUTPUT_FILES_BYTES } from '../../../bounds.ts';
import type { RunRequest } from '../../../executions/run.ts';
import { OutputDirectory } from '../../local/files/output-directory.ts';
import { firstChildOf } from '../../local/first-child.ts';
import type { Jail } from '../../local/jail/jail.ts';
import type { LocalSandbox, SandboxLimits } from '../../local/local-sandbox.ts';
import { openProcessStatus, type ProcessStatus } from '../../local/process-status.ts';
import {
  type Baseline,
  type Limit,
  NO_BASELINE,
  type ProcessExit,
  type Watch,
} from '../../local/starter/messages.ts';
import type { ProcessPipes } from '../../local/starter/pipes.ts';
import type { LocalProcess, Starter } from '../../local/starter/starter.ts';
import { writeProgram } from '../../local/write-program.ts';
import type { ReadySandbox } from '../../pool/sandbox.ts';
import { exitOfJail } from '../../run/endings/process-exit.ts';
import { INTERRUPTS_FILE, type Launcher } from '../launchers.ts';
import { boundCommand } from './command.ts';
import { type CellsStart, SandboxInput } from './input.ts';
import { becomesReady } from './ready.ts';

const STARTING = 'Expected a sandbox that is ready, got one that is starting';

/** Bytes that a program may have in files: what is kept of them, and as much again while it works on them. */
const SCRATCH_BYTES = 2 * OUTPUT_FILES_BYTES;

export interface SandboxOptions {
  readonly launcher: Launcher;
  readonly starter: Starter;
  readonly jail: Jail;
  /** Its own, empty; becomes the current directory. */
  readonly directory: string;
  /** See JailContents. */
  readonly above: readonly string[];
  /** MiB of private memory the process may map, the launcher's included. */
  readonly dataMb: number;
  /** Called once, after the process has ended and was reaped. */
  readonly onExit: () => void;
}

/**
 * One process for one program, in a jail. States: starting until it has written `ready`, ready until a payload is sent,
 * running until it ends, ended. A kill ends everything that it might have started.
 */
export class Sandbox implements ReadySandbox, LocalSandbox {
  readonly threads = null;
  readonly compileStep = null;
  output: OutputDirectory | null = null;
  readonly launcher: Launcher;
  readonly directory: string;
  /** Resolves when it waits for a payload; rejects when it ended before that. */
  readonly ready: Promise<void>;
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Resolves when it passed a limit of `watch`. */
  readonly limit: Promise<Limit>;
  readonly #process: LocalProcess;
  #pipes: ProcessPipes | null = null;
  #input: SandboxInput | null = null;
  #pid: number | null = null;
  #status: ProcessStatus | null = null;
  /** Where it may write, as its process sees it; null where it may not. */
  readonly #scratch: string | null;
  #isRunning = false;
  #hasEnded = false;

  constructor({ launcher, starter, jail, directory, above, dataMb, onExit }: SandboxOptions) {
    this.launcher = launcher;
    this.directory = directory;
    if (launcher.interruptsBy === 'file') writeFileSync(join(directory, INTERRUPTS_FILE), '');
    this.#scratch = jail.hasScratch ? launcher.scratch : null;
    const contents = {
      readable: launcher.readable,
      directory,
      above,
      ...(this.#scratch !== null && { scratch: { path: this.#scratch, bytes: SCRATCH_BYTES } }),
    };
    const command = jail.wrap(launcher.command(jail.places(contents), this.#scratch), contents);
    const { file, args } = boundCommand(
      command,
      {
        dataMb,
        fileBytes: this.#scratch === null ? 0 : SCRATCH_BYTES,
        ...(launcher.stackKb === undefined ? {} : { stackKb: launcher.stackKb }),
      },
      jail,
    );
    this.#process = starter.start({
      file,
      args,
      directory,
      // DENO_DIR cannot be made, so nothing is cached, stored or left for the next program. Without a backend WebGPU
      // loads no driver: it would load whichever library the program's own variables name (VK_DRIVER_FILES, HOME).
      env: { DENO_DIR: '/dev/null/deno', DENO_WEBGPU_BACKEND: 'noop', NO_COLOR: '1', LANG: 'C.UTF-8' },
      files: jail.files,
      isJail: jail.isJail,
    });
    this.exited = jail.isJail
      ? this.#process.exited.then((exit) => ({ ...exit, ...exitOfJail(exit, launcher.isExitCode) }))
      : this.#process.exited;
    this.limit = this.#process.limit;
    this.ready = this.#becomesReady(jail);
    this.ready.catch(() => this.kill());
    void this.exited.then(() => {
      this.#hasEnded = true;
      this.#status?.[Symbol.dispose]();
      this.#pipes?.stdin.destroy();
      if (!this.#isRunning) this.#closeOutput();
      onExit();
    });
  }

  get stdout(): Readable {
    return this.#openPipes().stdout;
  }

  get stderr(): Readable {
    return this.#openPipes().stderr;
  }

  get canServe(): boolean {
    return !this.#hasEnded;
  }

  get ended(): Promise<unknown> {
    return this.exited;
  }

  get canPrepare(): boolean {
    return this.launcher.canPrepare;
  }

  /** What the operating system tells of the process; null before it is ready, and where there is no /proc. */
  get status(): ProcessStatus | null {
    return this.#status;
  }

  /** Has its launcher load more while it waits, when it can. */
  prepare(): void {
    this.#openPipes().stdin.write('\n');
  }

  /** Has the limits kept from now on, apart from this process's event loop. `baseline`: bytes that do not count. */
  watch(limits: SandboxLimits, baseline: Baseline | null): void {
    this.keepBounds({ ...limits, baseline });
  }

  /** As `watch`, with all that a watch can have. */
  keepBounds(
    bounds: Omit<Watch, 'pid' | 'tree' | 'directories' | 'baseline'> & { readonly baseline: Baseline | null },
    passed?: (limit: Limit) => void,
  ): void {
    const pid = bounds.baseline === null ? null : this.#pid;
    const directories = this.#scratch === null ? [] : ['/tmp', this.#scratch];
    this.#process.watch({ ...bounds, pid, directories, baseline: bounds.baseline ?? NO_BASELINE }, passed);
  }

  /** Whether its program can write to the directory that it reads its files from. */
  get canWrite(): boolean {
    return this.#scratch !== null;
  }

  /** What its program leaves, when that is in a directory and not yet begun; null otherwise. Throws what the file system does. */
  openOutput(given: readonly string[]): OutputDirectory | null {
    if (this.#scratch === null || !this.launcher.readsFromDirectory) return null;
    const output = new OutputDirectory(this.#inside(this.#scratch));
    output.give(given);
    return output;
  }

  /** As `writeProgram`, and opens the directory of the files that the program may leave. Throws what the file system does. */
  writeFiles(request: RunRequest): void {
    this.writeProgram(request);
    if (this.#scratch === null || request.outputFiles.length === 0) return;
    this.output = new OutputDirectory(this.#inside(this.#scratch));
    if (!this.launcher.readsFromDirectory) return;
    this.output.give([request.fileName, ...request.payload.files.map(({ path }) => path)]);
  }

  /** Writes program and files to where the launcher finds them, where it does not get them with the payload. Throws as above. */
  writeProgram(request: RunRequest): void {
    if (!this.launcher.readsFromDirectory) return;
    writeProgram(this.#scratch === null ? this.directory : this.#inside(this.#scratch), request);
  }

  /** How its process gets what comes for it. Throws before it is ready. */
  get input(): SandboxInput {
    if (this.#input === null) throw new Error(STARTING);
    return this.#input;
  }

  /** Hands over payload and stdin; the program starts at once. */
  begin(request: RunRequest): void {
    this.#isRunning = true;
    this.input.begin(request);
  }

  /** Has it run cells from now on (../../local/cells), or one program that comes like a cell, after a session's files. */
  beginCells(cells: CellsStart): void {
    this.#isRunning = true;
    this.input.beginCells(cells);
  }

  /** Ends the process and everything in its jail, whatever they do. Safe to repeat. */
  kill(): void {
    if (this.#hasEnded) return;
    this.#process.kill();
  }

  discard(): void {
    this.kill();
  }

  /** Of a path as its process sees it. */
  #inside(path: string): string {
    return `/proc/${this.#pid}/root${path}`;
  }

  async #becomesReady(jail: Jail): Promise<void> {
    const pipes = await this.#process.pipes;
    this.#pipes = pipes;
    // A program that ends without reading its stdin is no failure of anything.
    pipes.stdin.on('error', () => undefined);
    await becomesReady(pipes, this.exited);
    const pid = await this.#process.pid;
    this.#pid = pid === null || !jail.isJail ? pid : firstChildOf(pid);
    if (this.#pid !== null) this.#status = openProcessStatus(this.#pid);
    const { launcher, directory, exited } = this;
    this.#input = new SandboxInput({ launcher, directory, stdin: pipes.stdin, pid: this.#pid, exited });
  }

  /** Of one whose output nobody reads. */
  #closeOutput(): void {
    this.#pipes?.stdout.destroy();
    this.#pipes?.stderr.destroy();
  }

  #openPipes(): ProcessPipes {
    if (this.#pipes === null) throw new Error(STARTING);
    return this.#pipes;
  }
}
