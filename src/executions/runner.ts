import type { Execution, Limits, RunnerInfo } from './execution.ts';
import type { Adoption, RunEnd, RunObserver, RunRequest } from './run.ts';
import type { SessionHost } from './session-host.ts';
/**
 * What the domain needs of whatever runs programs. Adapters live in `src/runner`; `test/contract/runner.ts` is run
 * against each.
 *
 * A runner numbers the output: it hands out chunks 1, 2, 3, … without a gap, and after an adoption the same chunks have the
 * same numbers. It enforces the limits: it ends a run at its time, memory and output limit and reports which it was.
 */
export interface Runner extends AsyncDisposable {
  /** `embedded`, `native` or `kubernetes`. */
  readonly kind: string;

  readonly runtimes: readonly RuntimeInfo[];

  /** What separates programs from the machine and from each other, for people: `bubblewrap (…)`, `a pod for each`. */
  readonly isolation: string;

  /** What whoever operates it must know before relying on it, a sentence; null when there is nothing. */
  readonly warning: string | null;

  /** How many executions run at once when nothing is configured. */
  readonly defaultMaxRunning: number;

  /**
   * Whether a program goes on when this process ends, so that another can adopt it. A stop as `INTERRUPTED` or `LOST`
   * then only detaches from it.
   */
  readonly outlivesProcess: boolean;

  /** Keeps sandboxes for sessions; null where it cannot. */
  readonly sessions: SessionHost | null;

  /**
   * Runs one program to one of the three outcomes. No outcome releases that placement, because another process may have found it in the record: the caller does, with
   * `remove` or `release`, once the end or the return to the queue is stored. A rejection is a defect.
   *
   * @param stop ends the run from outside; its reason is a `StopReason`. The first cause of an end counts, so the run may
   *   still end for another reason.
   */
  run(request: RunRequest, observer: RunObserver, stop: AbortSignal): Promise<RunOutcome>;

  /**
   * Adopts an execution that another process owned, and continues its output with the same numbers. Resolves to null when
   * it is certain that there is nothing to adopt: the run is lost.
   */
  adopt(adoption: Adoption, observer: RunObserver, stop: AbortSignal): Promise<RunOutcome | null>;

  /** Deletes what is still held for an ended execution (Job, pod, process); safe to repeat. */
  remove(ended: Pick<Execution, 'id' | 'runner'>): Promise<void>;

  /**
   * Releases a placement whose execution went back to the queue, so that no record names it any more. Any other placement
   * of that execution is left alone. Returns at once; a failure is retried, and what is left then is found by `listAllocations`.
   */
  release(place: RunnerInfo): void;

  /** Ids of the executions for which something is held, ended or not; garbage collection compares them with the records. */
  listAllocations(): Promise<readonly string[]>;

  /** Whether this runner can run programs now, and why not. */
  check(): Promise<RunnerCheck>;

  /** The sandboxes kept ready, by launcher; for metrics. */
  warm(): readonly WarmSandboxes[];
}

export interface WarmSandboxes {
  readonly launcher: string;
  /** Ready now. */
  readonly ready: number;
  readonly wanted: number;
  /** Made ready since the process started. */
  readonly made: number;
}

/** What programs can import beside the standard library. */
export interface Package {
  readonly name: string;
  readonly version: string;
}

export interface RuntimeInfo {
  readonly language: string;
  /** Other names that `ExecuteInput.language` may have for it, in lower case. */
  readonly aliases: readonly string[];
  /** As the interpreter names it: `3.14.2`, `2.9.6`. */
  readonly version: string;
  readonly isDefault: boolean;
  readonly defaultFileName: string;
  /** Extensions a file name of this language may have, with the dot; the first is the usual one. */
  readonly extensions: readonly string[];
  /** Whether its programs are compiled before they run. */
  readonly isCompiled: boolean;
  /** What is installed beside the standard library, by name; empty where that cannot be told. */
  readonly packages: readonly Package[];
  readonly minimums: Limits;
  readonly defaults: Limits;
  readonly maximums: Limits;
  /** Whether stdin can stay open while a program runs. */
  readonly takesInput: boolean;
  /** Whether files that a program leaves are taken. */
  readonly leavesFiles: boolean;
  /** Whether a program can be interrupted (SIGINT). */
  readonly canInterrupt: boolean;
  /** What this runner cannot do or enforce for this language, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * What came of a run:
 *
 * - *ended*: all output was handed to `observer.output`. Every failure that is not one of the two below is an end too
 *   (`INTERRUPTED`).
 * - *notStarted*: the program has certainly not been started, and the execution goes back to the queue. `message` says why.
 * - *detached*: only after a stop as `INTERRUPTED` or `LOST`, a close, or a placement that was refused, and only when
 *   `outlivesProcess`. The program goes on, or can still be started in the placement that was stored last.
 */
export type RunOutcome =
  | { readonly kind: 'ended'; readonly end: RunEnd }
  | { readonly kind: 'notStarted'; readonly message: string }
  | { readonly kind: 'detached' };

export interface RunnerCheck {
  readonly healthy: boolean;
  /** What is wrong; of one that is well, what it still prepares; null when there is nothing to say. */
  readonly message: string | null;
}
