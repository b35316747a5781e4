import type { EndReason, Execution, Limits, Payload, RunnerInfo, Usage } from './execution.ts';
import type { Chunk } from './output/chunk.ts';

/** What one run gets and reports, whether a runner runs it in a sandbox of its own or in a session's. */
export interface RunRequest {
  readonly id: string;
  readonly language: string;
  readonly fileName: string;
  readonly code: string;
  readonly args: readonly string[];
  readonly limits: Limits;
  /** Which files are to be taken; none when it is empty. */
  readonly outputFiles: readonly string[];
  readonly payload: Payload;
  readonly input: ProgramInput;
}

/** An execution that another process owned while it was STARTING or RUNNING. */
export interface Adoption {
  readonly execution: Execution;
  /** Number of the last chunk that is stored. */
  readonly after: number;
  /** UTF-8 bytes of the chunks up to that one; they count for the output limit. */
  readonly bytes: number;
  /** Its input; null once the program's start has been stored, because that erases it. */
  readonly payload: Payload | null;
  readonly input: ProgramInput;
}

/**
 * What reaches a program while it runs. The runner pulls, so that what the program does not read waits in the store and
 * not in memory.
 */
export interface ProgramInput {
  /** Whether stdin stays open; else it ends behind the payload's, and `read` must not be called. */
  readonly isOpen: boolean;

  /**
   * Bytes from offset `from` on, up to `STDIN_WRITE_BYTES`, once there are any; the payload's stdin stands before them, so
   * the first offset to be read is its length. Null once the signal is aborted. Rejects when the store was given up.
   */
  read(from: number, signal: AbortSignal): Promise<StdinPart | null>;

  /** The program's pipe has taken all before offset `upTo`, which is erased. */
  taken(upTo: number): void;

  /** Interrupts requested so far: above 0 before it begins, it is interrupted at its start. */
  readonly interrupts: number;

  /** Resolves to the number of interrupts requested once that is above `delivered`; to null once the signal is aborted. */
  interrupted(delivered: number, signal: AbortSignal): Promise<number | null>;
}

export interface StdinPart {
  readonly data: Uint8Array;
  /** Whether stdin ends behind them. */
  readonly end: boolean;
}

export interface RunObserver {
  /**
   * Where it is about to run, from a runner that outlives its process. Resolves to true once that is stored, where another
   * process finds it; nothing of the program may be sent there before. False when this process no longer owns the
   * execution: then the runner detaches.
   */
  bound(runner: RunnerInfo): Promise<boolean>;

  /** The program is about to get its first instruction. Called once, before any output. */
  started(at: number, runner: RunnerInfo): void;

  /**
   * Chunks in order of their numbers. When it returns a promise the runner hands out nothing more until that
   * resolves, and lets the program feel the back-pressure.
   */
  output(chunks: readonly Chunk[]): void | Promise<void>;

  /** Number of the last chunk that is stored, with all before it. */
  storedSeq(): number;

  /** Why it is not running yet, for the execution's `message`. */
  waiting(message: string): void;

  /** Takes the files that the program left; to be used after the program has ended, before the outcome. */
  readonly files: FileSink;
}

/**
 * Takes what a program left, between its end and the outcome of its run. It keeps the bounds on files and bytes; a runner
 * bounds how long it looks and reads, and what it looks at.
 */
export interface FileSink {
  /** Whether there are as many files as are kept: any more are listed only, and need not be opened. */
  readonly isFull: boolean;

  /**
   * Keeps a file. What comes beyond `bytes` is not read; content that rejects makes it an omitted one. Rejects only when
   * the store was given up.
   * @param path relative, forward slashes
   * @param bytes its size
   */
  keep(path: string, bytes: number, content: AsyncIterable<Uint8Array>): Promise<void>;

  /** Lists something that is not kept, and why: a few words for people. */
  omit(path: string, reason: string): void;

  /** Lists so many more, of which nothing else is said. */
  omitMore(count: number, reason: string): void;
}

/** Why the domain stops a run: a cancel request, this process is closing, or another process owns the execution now. */
export type StopReason = 'CANCELLED' | 'INTERRUPTED' | 'LOST';

/** How a run ended: the first cause, recorded once. */
export interface RunEnd {
  readonly reason: EndReason;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** One sentence for a person; null only with exit code 0. */
  readonly message: string | null;
  /** Null when nothing is known of it. */
  readonly usage: Usage | null;
  /** Whether output was cut at the output limit. */
  readonly outputTruncated: boolean;
}
