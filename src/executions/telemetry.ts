import type { EndReason } from './execution.ts';

/** What the domain tells of itself while it works; `src/server/metrics.ts` counts it. Implementations must not throw. */
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
  /** One store operation took this long; `ok` is false when it threw. */
  storeOperation(operation: string, ms: number, ok: boolean): void;
}

/** As pino's, so that a pino logger fits. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
