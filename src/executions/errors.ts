/**
 * Failures a caller can expect. Each says what was expected and what was got; `code` is stable, messages are not.
 * The schema turns them into union members, the REST routes into status codes.
 */
export abstract class UserError extends Error {
  abstract readonly code: string;
}

/** A value of the input is wrong; nothing was recorded. */
export class InvalidInputError extends UserError {
  override readonly name = 'InvalidInputError';
  readonly code = 'INVALID_INPUT';
  /** Path of the value within the input: `code`, `files[2].path`, `limits.timeoutMs`. */
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

export class UnsupportedLanguageError extends UserError {
  override readonly name = 'UnsupportedLanguageError';
  readonly code = 'UNSUPPORTED_LANGUAGE';
  readonly supported: readonly string[];

  constructor(message: string, supported: readonly string[]) {
    super(message);
    this.supported = supported;
  }
}

export class QueueFullError extends UserError {
  override readonly name = 'QueueFullError';
  readonly code = 'QUEUE_FULL';
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** An idempotency key was used before with another input. */
export class IdempotencyConflictError extends UserError {
  override readonly name = 'IdempotencyConflictError';
  readonly code = 'IDEMPOTENCY_CONFLICT';
  readonly executionId: string;

  constructor(message: string, executionId: string) {
    super(message);
    this.executionId = executionId;
  }
}

/** Unknown, or another caller's. */
export class NotFoundError extends UserError {
  override readonly name = 'NotFoundError';
  readonly code = 'NOT_FOUND';
}

/** @throws NotFoundError for null: unknown, or another caller's */
export function expectFound<T>(
  id: string,
  found: T | null,
  what: 'executions' | 'sessions' = 'executions',
): T {
  if (found !== null) return found;
  throw new NotFoundError(`Expected the id of one of your ${what}, got ${JSON.stringify(id.slice(0, 64))}.`);
}

/** The session has ended: nothing can run in it any more. */
export class SessionEndedError extends UserError {
  override readonly name = 'SessionEndedError';
  readonly code = 'SESSION_ENDED';
}

export class AlreadyEndedError extends UserError {
  override readonly name = 'AlreadyEndedError';
  readonly code = 'ALREADY_ENDED';

  /** The refusal of what can be requested only before the end. */
  static of({ id, status }: { readonly id: string; readonly status: string }): AlreadyEndedError {
    return new AlreadyEndedError(
      `Execution ${id}: expected one that is queued or running, but it has already ended (${status}).`,
    );
  }
}

/** What this server's runner cannot do for the execution's language. */
export class NotSupportedError extends UserError {
  override readonly name = 'NotSupportedError';
  readonly code = 'NOT_SUPPORTED';
}

/** Stdin was closed, or never open. */
export class StdinClosedError extends UserError {
  override readonly name = 'StdinClosedError';
  readonly code = 'STDIN_CLOSED';
}

/** The program has not read enough of what was written before. */
export class StdinFullError extends UserError {
  override readonly name = 'StdinFullError';
  readonly code = 'STDIN_FULL';
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** A write is not the one that comes next; `offset` is where that begins. */
export class StdinOffsetError extends UserError {
  override readonly name = 'StdinOffsetError';
  readonly code = 'STDIN_OFFSET';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** The service cannot do this now and may be able to later: the store or the runner is away, or it is closing. */
export class UnavailableError extends Error {
  override readonly name: string = 'UnavailableError';
  readonly code = 'UNAVAILABLE';
}

/** Thrown by a store that cannot respond now: away, locked, disk full. The message never holds a password. */
export class StoreUnavailableError extends UnavailableError {
  override readonly name = 'StoreUnavailableError';
}

/** Content of a file that a program left cannot be read; the message says why, for the list of those that are not kept. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

/** A chunk, or a piece of a file, that must be there is not: the record was removed while it was read, or the store lost something. */
export class OutputMissingError extends Error {
  override readonly name = 'OutputMissingError';
  readonly code = 'OUTPUT_MISSING';
}
