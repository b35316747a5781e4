import type { Readable } from 'node:stream';
import type { RunRequest } from '../../executions/run.ts';
import type { CompileLimits } from '../languages/language.ts';
import type { OutputDirectory } from './files/output-directory.ts';
import type { LocalInput } from './input.ts';
import type { ProcessStatus } from './process-status.ts';
import type { Baseline, Limit, ProcessExit } from './starter/messages.ts';

/** What compiles a program before it runs, in the same sandbox. */
export interface CompileStep {
  readonly limits: CompileLimits;
  /** Resolves to the compiler's exit code, once all it printed was written; stays pending when it is ended. */
  readonly ended: Promise<number>;
  /** Starts the program. */
  proceed(): void;
}

/** Bounds of a program, kept by the starter. */
export interface SandboxLimits {
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

/** A ready process of this machine that a program can be given to. */
export interface LocalSandbox {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** What the operating system tells of the process; null where that cannot be told. */
  readonly status: ProcessStatus | null;
  /** Resolves when a bound of `watch` was passed. */
  readonly limit: Promise<Limit>;
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** The most threads its processes may have; null: not watched. */
  readonly threads: number | null;
  /** The compile step that comes before the program; null without one. */
  readonly compileStep: CompileStep | null;
  /** How what comes while it runs reaches the program; null where it cannot. */
  readonly input: LocalInput | null;
  /** Where the program may leave files, from `begin` on; null where it cannot. Whoever runs it disposes it. */
  readonly output: OutputDirectory | null;
  /** Has the limits kept from now on. `baseline`: what does not count; null when it cannot be told. */
  watch(limits: SandboxLimits, baseline: Baseline | null): void;
  /** Starts the program, or what compiles it. */
  begin(request: RunRequest): void;
  /** Ends it and all that it started. Safe to repeat. */
  kill(): void;
}
