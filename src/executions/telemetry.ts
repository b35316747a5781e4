import type { EndReason, Execution } from './execution.ts';
import type { SessionEndReason } from './sessions/session.ts';

/**
 * What the domain reports of its work: `src/server/metrics.ts` counts it, `src/server/tracing` makes spans of the stages.
 * Implementations must not throw.
 */
export interface Telemetry {
  submitted(language: string): void;
  refused(code: string): void;
  /** The program got its first instruction, `waitMs` after it was submitted. */
  started(language: string, warm: boolean, waitMs: number): void;
  /** Its first chunk could be shown, `afterMs` after it was submitted. */
  firstOutput(language: string, warm: boolean, afterMs: number): void;
  output(chunks: number, bytes: number): void;
  /** `runMs` is null when nothing is known of the run's length. */
  ended(language: string, reason: EndReason, runMs: number | null): void;
  viewers(change: 1 | -1): void;
  /** This process holds one session more, or less. */
  sessions(change: 1 | -1): void;
  /** Its end was recorded here. */
  sessionEnded(reason: SessionEndReason): void;
  /** One store operation took this long; `ok` is false when it threw. */
  storeOperation(operation: string, ms: number, ok: boolean): void;
  /** A stage of an execution is over. */
  stage(stage: Stage): void;
}

/**
 * One stage of an execution's life cycle, reported once, when it is over, by the process that owned the execution then. A
 * process that is killed reports nothing of the stage it was in. Ids and times, never the program, its input or its output.
 */
export interface Stage {
  /**
   * `submission`: until it was recorded. `queue`: until it was claimed, or cancelled. `start`: until its program ran, it was
   * requeued, or it ended without running. `run`: until its end was known. `end`: until that was stored. `adoption`: another
   * process adopted it. `execution`: all of it.
   */
  readonly name: 'submission' | 'queue' | 'adoption' | 'start' | 'run' | 'end' | 'execution';
  readonly execution: Pick<
    Execution,
    'id' | 'language' | 'status' | 'endReason' | 'exitCode' | 'runner' | 'epoch'
  >;
  /** Milliseconds since 1970. */
  readonly from: number;
  /** Not before `from`. */
  readonly to: number;
  /** Of a `run`: when its first output could be shown; null when there was none, or another process saw it. */
  readonly firstOutputAt: number | null;
}

/** As pino's, so that a pino logger fits. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
