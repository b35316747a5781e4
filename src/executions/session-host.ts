import type { Limits, Payload, RunnerInfo } from './execution.ts';
import type { Adoption, RunEnd, RunObserver, RunRequest } from './run.ts';

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

  /** What there is to sandboxes that go on without the process that made them; null where they end with it. */
  readonly lasting: LastingSandboxes | null;
}

/** Sandboxes of sessions that outlive the process that holds them, so that another can adopt them. */
export interface LastingSandboxes {
  /**
   * Adopts the sandbox of a session that another process held.
   * @throws SessionStartError when it is certain that there is none any more; the reason of `stop` once that is aborted
   */
  adopt(session: SessionPlacement, stop: AbortSignal): Promise<SessionSandbox>;

  /** Deletes what is still held for a session that has ended; safe to repeat. */
  remove(session: Pick<SessionPlacement, 'id' | 'runner'>): Promise<void>;

  /** Ids of the sessions for which something is held, ended or not. */
  listAllocations(): Promise<readonly string[]>;
}

/** Where a session's sandbox stands. */
export interface SessionPlacement extends Pick<SessionRequest, 'id' | 'language' | 'limits' | 'epoch'> {
  /** Null: it had not been given one. */
  readonly runner: RunnerInfo | null;
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
  /** Fencing token: a lasting sandbox takes nothing from a process with a lower one than it has seen. */
  readonly epoch: number;

  /**
   * Where it is about to be made, from a host of lasting sandboxes. Resolves to true once that is stored; nothing may be
   * sent there before. False when this process no longer owns the session.
   */
  bound(runner: RunnerInfo): Promise<boolean>;
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
   *
   * `detached`, only from a lasting sandbox, after a stop for another reason than a cancel, or once another process has
   * adopted the sandbox: it goes on there, or can still be given to it.
   */
  run(
    request: SessionRunRequest,
    observer: RunObserver,
    stop: AbortSignal,
  ): Promise<SessionRunOutcome | 'detached'>;

  /**
   * Goes on with an execution that another process gave it, or was about to; with the same numbers of its chunks. Null
   * when its state is certainly unknown here: it is lost. Only there in a lasting sandbox.
   */
  adopt?(
    adoption: SessionRunAdoption,
    observer: RunObserver,
    stop: AbortSignal,
  ): Promise<SessionRunOutcome | 'detached' | null>;

  /** Leaves it, and what runs in it, to another process, in place of disposing it. Only there in a lasting sandbox. */
  detach?(): void;
}

export interface SessionRunAdoption extends Adoption {
  /** As of a request. */
  readonly context: string | null;
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
