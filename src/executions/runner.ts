import type { Chunk, EndReason, Execution, Limits, Payload, RunnerInfo, Usage } from './execution.ts';

/**
 * What the domain needs of whatever runs programs. Adapters live in `src/runner`; `test/contract/runner.ts` is run
 * against each.
 *
 * A runner owns numbering: the chunks it hands out are numbered 1, 2, 3, … and a takeover hands out the same. It also
 * owns the limits: it ends a run at its time, memory and output limit and says which it was.
 */
export interface Runner extends AsyncDisposable {
  /** `embedded` or `kubernetes`. */
  readonly kind: string;

  readonly runtimes: readonly RuntimeInfo[];

  /** How many executions run at once when nothing is configured. */
  readonly defaultMaxRunning: number;

  /**
   * Whether a program goes on when this process ends, so that another can adopt it. A stop as `INTERRUPTED` or `LOST`
   * then only lets go of it.
   */
  readonly outlivesProcess: boolean;

  /**
   * Runs one program to its end and resolves once all its output was handed to `observer.output`. Rejects only with
   * `RunnerNotReadyError`, and only when the program has certainly not been started: the execution goes back to
   * the queue; or with `RunnerDetachedError`, when it was stopped as `INTERRUPTED` or `LOST` and the program goes on, or
   * is still to be given to the place that is stored. Everything else that goes wrong is an end (`INTERRUPTED`).
   *
   * Whichever it is, the last place that was stored is left as it is: another process may have found it. It is given up
   * by `remove` or `abandon`, once the end or the way back to the queue is stored.
   *
   * `stop` ends the run from outside; its reason is a `StopReason`. The end that comes then may still be another one,
   * whichever cause came first.
   */
  run(request: RunRequest, observer: RunObserver, stop: AbortSignal): Promise<RunEnd>;

  /**
   * Takes over an execution that another process drove. Reads on with the numbers the program's output had before.
   * Resolves to null when it is certain that nothing can be taken over: the run is lost. Rejects as `run` does.
   */
  adopt(taken: TakenOver, observer: RunObserver, stop: AbortSignal): Promise<RunEnd | null>;

  /** Removes what is still held for an ended execution (Job, pod, process); safe to repeat. */
  remove(ended: Pick<Execution, 'id' | 'runner'>): Promise<void>;

  /**
   * Gives up a place whose execution went back to the queue: no record names it any more, and what else the execution
   * has by now is left alone. Returns at once; what fails is repeated, or found by `held`.
   */
  abandon(place: RunnerInfo): void;

  /** Ids of the executions for which something is held, ended or not; what was forgotten is found by it. */
  held(): Promise<readonly string[]>;

  /** What stands between this runner and running programs now; empty when all is well. */
  check(): Promise<RunnerCheck>;

  /** The sandboxes kept ready, by launcher; for metrics. */
  warm(): readonly WarmSandboxes[];
}

export interface WarmSandboxes {
  readonly launcher: string;
  /** Ready now. */
  readonly ready: number;
  readonly wanted: number;
  /** Got ready since the process started. */
  readonly made: number;
}

export interface RuntimeInfo {
  readonly language: string;
  /** As the interpreter names it: `3.14.2`, `2.9.6`. */
  readonly version: string;
  readonly isDefault: boolean;
  readonly defaultFileName: string;
  /** Extensions a file name of this language may have, with the dot; the first is the usual one. */
  readonly extensions: readonly string[];
  readonly minimums: Limits;
  readonly defaults: Limits;
  readonly maximums: Limits;
  /** What this runner cannot do or enforce for this language, a sentence each. */
  readonly notes: readonly string[];
}

export interface RunRequest {
  readonly id: string;
  readonly language: string;
  readonly fileName: string;
  readonly code: string;
  readonly args: readonly string[];
  readonly limits: Limits;
  readonly payload: Payload;
}

/** An execution that was under way in another process. */
export interface TakenOver {
  readonly execution: Execution;
  /** Number of the last chunk that is stored. */
  readonly after: number;
  /** UTF-8 bytes of the chunks up to that one; they count for the output limit. */
  readonly bytes: number;
  /** Its input, which is there only as long as the program's start has not been stored. */
  readonly payload: Payload | null;
}

export interface RunObserver {
  /**
   * Where it is about to run, from a runner that outlives its process. Resolves once that is stored, where a successor
   * finds it; nothing of the program may go there before. Rejects when this process drives the execution no longer.
   */
  placed(runner: RunnerInfo): Promise<void>;

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
}

/** Why the domain stops a run: the caller's wish, this process going away, or another process that drives it now. */
export type StopReason = 'CANCELLED' | 'INTERRUPTED' | 'LOST';

/** How a run ended: the first cause, recorded once. */
export interface RunEnd {
  readonly reason: EndReason;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** One sentence for a person; null when the exit code says it all. */
  readonly message: string | null;
  /** Null when nothing is known of it. */
  readonly usage: Usage | null;
  /** Whether output was cut at the output limit. */
  readonly outputTruncated: boolean;
}

export interface RunnerCheck {
  readonly healthy: boolean;
  readonly message: string | null;
}
