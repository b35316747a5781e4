import type { Readable } from 'node:stream';
import type { RunRequest } from '../../../executions/run.ts';
import type { OutputDirectory } from '../files/output-directory.ts';
import type { LocalInput } from '../input.ts';
import type { LocalSandbox, SandboxLimits } from '../local-sandbox.ts';
import type { ProcessStatus } from '../process-status.ts';
import type { Limit, ProcessExit } from '../starter/messages.ts';
import { framed } from './frames.ts';
import type { InterpreterProcess } from './process.ts';

/** How long a cell with a state to keep has (`CellOptions.graceMs`). */
export const INTERRUPT_GRACE_MS = 800;

export interface CellOptions {
  readonly process: InterpreterProcess;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Where it may leave files; null: they are not taken. */
  readonly output: OutputDirectory | null;
  /** What the interpreter is sent of the request. */
  readonly document: (request: RunRequest) => object;
  /** Whether the interpreter is told with the cell that it is interrupted at its start; else that comes as any interrupt does. */
  readonly isToldOfInterrupt: boolean;
  readonly endStdout: () => void;
  readonly endStderr: () => void;
  /** What it has to end by itself once it was interrupted because it is to end; 0: it is killed at once. Milliseconds. */
  readonly graceMs: number;
  /** Called once. */
  readonly ended: () => void;
}

/**
 * One cell in a kept interpreter: a run like any other, but that ending it interrupts it first. It has ended when the
 * interpreter says so on both of its streams, or is lost.
 */
export class Cell implements LocalSandbox, LocalInput {
  readonly compileStep = null;
  readonly input: LocalInput = this;
  readonly output: OutputDirectory | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly limit: Promise<Limit>;
  readonly exited: Promise<ProcessExit>;
  readonly #options: CellOptions;
  readonly #limit = Promise.withResolvers<Limit>();
  readonly #exited = Promise.withResolvers<ProcessExit>();
  readonly #begun = Promise.withResolvers<boolean>();
  #startedAt = performance.now();
  #exitCode: number | null = null;
  #hasStderrEnded = false;
  /** Whether an interrupt waits until it has begun; null: none has to wait. */
  #early: boolean | null;
  /** Whether it is interrupted at its start, and the interrupt that says so is still to come. */
  #startsInterrupted = false;
  #hasEnded = false;
  #kill: NodeJS.Timeout | undefined;
  /** Whether its interpreter was lost with it. */
  isLost = false;

  constructor(options: CellOptions) {
    this.#options = options;
    this.output = options.output;
    this.stdout = options.stdout;
    this.stderr = options.stderr;
    this.#early = options.process.saysBegun ? false : null;
    this.limit = this.#limit.promise;
    this.exited = this.#exited.promise;
  }

  get status(): ProcessStatus | null {
    return this.#options.process.status;
  }

  get threads(): number | null {
    return this.#options.process.threads;
  }

  get begun(): Promise<boolean> {
    return this.#begun.promise;
  }

  /** The memory bound is that of the interpreter. */
  watch({ timeoutMs }: SandboxLimits): void {
    this.#startedAt = performance.now();
    this.#options.process.watch(timeoutMs, this.#limit.resolve);
  }

  begin(request: RunRequest): void {
    const { input, payload } = request;
    this.#startsInterrupted = this.#options.isToldOfInterrupt && input.interrupts > 0;
    const document = this.#options.document(request);
    const parts = [framed('cell', Buffer.from(JSON.stringify(document)))];
    if (payload.stdin !== '') parts.push(framed('stdin', Buffer.from(payload.stdin)));
    if (!input.isOpen) parts.push(framed('endOfStdin'));
    void this.#options.process.send(Buffer.concat(parts)).then(this.#begun.resolve);
  }

  write(stdin: Uint8Array): Promise<boolean> {
    if (this.#hasEnded) return Promise.resolve(false);
    // Without bytes it would be a frame of another meaning.
    if (stdin.byteLength === 0) return Promise.resolve(true);
    return this.#options.process.send(framed('stdin', stdin));
  }

  end(): void {
    if (!this.#hasEnded) void this.#options.process.send(framed('endOfStdin'));
  }

  interrupt(): void {
    if (this.#hasEnded) return;
    if (this.#startsInterrupted) this.#startsInterrupted = false;
    else if (this.#early === null) this.#options.process.interrupt();
    else this.#early = true;
  }

  hasBegun(): void {
    const isInterrupted = this.#early === true;
    this.#early = null;
    if (isInterrupted) this.interrupt();
  }

  kill(): void {
    if (this.#hasEnded || this.#kill !== undefined) return;
    const { graceMs, process } = this.#options;
    if (graceMs > 0) this.interrupt();
    this.#kill = setTimeout(() => process.kill(), graceMs);
  }

  stdoutEnded(exitCode: number): void {
    this.#exitCode ??= exitCode;
    this.#options.endStdout();
    this.#proceed();
  }

  stderrEnded(): void {
    this.#hasStderrEnded = true;
    this.#options.endStderr();
    this.#proceed();
  }

  lost(exit: ProcessExit): void {
    if (this.#hasEnded) return;
    this.isLost = true;
    // Of an interpreter among others nobody else has the time.
    this.#settle({ ...exit, wallMs: exit.wallMs ?? this.#wallMs });
  }

  get #wallMs(): number {
    return performance.now() - this.#startedAt;
  }

  #proceed(): void {
    if (this.#exitCode === null || !this.#hasStderrEnded || this.#hasEnded) return;
    this.#settle({ code: this.#exitCode, signal: null, wallMs: this.#wallMs, peakBytes: null, cpuMs: null });
  }

  #settle(exit: ProcessExit): void {
    this.#hasEnded = true;
    clearTimeout(this.#kill);
    this.#options.ended();
    this.#exited.resolve(exit);
  }
}
