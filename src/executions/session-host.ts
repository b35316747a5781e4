import type { Limits, Payload, RunnerInfo } from './execution.ts';
import type { RunEnd, RunObserver, RunRequest } from './run.ts';

/**
 * What the domain needs of a runner that can keep a sandbox for a caller: `Runner.sessions`. The domain sees to it that one
 * execution runs in a session at a time, ends a session at its idle limit and its lifetime, and disposes its sandbox.
 */
export interface SessionHost {
  /** The languages a session can have here. */
  readonly languages: readonly SessionLanguage[];

  /**
   * Makes the sandbox of a session, with its files written. Nothing is left after a rejection or an abort.
   * @throws SessionStartError when it cannot; the reason of `stop` once that is aborted; any other error is a defect
   */
  open(request: SessionRequest, stop: AbortSignal): Promise<SessionSandbox>;
}

export interface SessionLanguage {
  readonly language: string;
  /** Whether it has named interpreters, whose variables stay. Without them each execution is a fresh process. */
  readonly hasContexts: boolean;
}

export interface SessionRequest {
  /** The session's id, a UUIDv7 in lower case. */
  readonly id: string;
  readonly language: string;
  /** `memoryMb` and `cpuMillis` are of the whole sandbox; the others only what its executions have by default. */
  readonly limits: Limits;
  readonly files: Payload['files'];
  /** The environment of everything that runs in it; values are secrets. */
  readonly env: Payload['env'];
}

/** Why a session ends that nobody ended. */
export type SessionLossReason = 'OUT_OF_MEMORY' | 'LOST';

export interface SessionLoss {
  readonly reason: SessionLossReason;
  /** One sentence for a person. */
  readonly message: string;
}

/** The sandbox of one session. Disposing it kills what runs in it and removes everything of it; harmless to repeat. */
export interface SessionSandbox extends AsyncDisposable {
  readonly runner: RunnerInfo;

  /** Settles once it is gone by itself, not when it is disposed. Never rejects. */
  readonly ended: Promise<SessionLoss>;

  /**
   * Runs one execution, never two at once. Its own payload's files are written into the session's working directory and its
   * environment counts on top of the session's. Time limit and stop (`CANCELLED`) of an execution with a context interrupt
   * first and kill after a grace. A rejection is a defect.
   *
   * When the sandbox ends while it runs, `ended` settles and this resolves to an end too (`OUT_OF_MEMORY`, `INTERRUPTED`).
   */
  run(request: SessionRunRequest, observer: RunObserver, stop: AbortSignal): Promise<SessionRunOutcome>;
}

export interface SessionRunRequest extends RunRequest {
  /** Null: a fresh process in the session's working directory. Else the interpreter of this name, made at its first use. */
  readonly context: string | null;
}

export interface SessionRunOutcome {
  readonly end: RunEnd;
  /** Whether the named interpreter had to be killed, or died: it starts anew at its next use. False without a context. */
  readonly stateLost: boolean;
}

/** Why the sandbox of a session could not be made. */
export class SessionStartError extends Error {
  override readonly name = 'SessionStartError';
  readonly reason: 'OUT_OF_MEMORY' | 'LOST' | 'UNSCHEDULABLE' | 'IMAGE_UNAVAILABLE';

  /** @param message one sentence for a person */
  constructor(reason: SessionStartError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
