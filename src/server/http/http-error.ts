import type { ServerResponse } from 'node:http';
import type { Role } from '../../executions/caller.ts';
import {
  AlreadyEndedError,
  IdempotencyConflictError,
  InvalidInputError,
  NotFoundError,
  OutputMissingError,
  QueueFullError,
  SessionEndedError,
  StdinClosedError,
  StdinFullError,
  StdinOffsetError,
  UnavailableError,
  UserError,
} from '../../executions/errors.ts';

/** A request that ends with this status. The message is for the client: it holds nothing secret. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  /** Stable; what GraphQL clients find as `extensions.code`. */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** The request itself is wrong: 400. */
export function badRequest(message: string): HttpError {
  return new HttpError(400, 'BAD_USER_INPUT', shortened(message));
}

/** Characters of a message that quotes what a client sent. */
const MESSAGE_LENGTH = 1000;

/**
 * A message as it is, or its beginning and its end when it is long: graphql quotes wrong values in full, and says what is
 * wrong with them behind.
 */
export function shortened(message: string): string {
  if (message.length <= MESSAGE_LENGTH) return message;
  return `${message.slice(0, MESSAGE_LENGTH / 2)}…${message.slice(-MESSAGE_LENGTH / 2)}`;
}

/** The body is more than the server takes: 413. */
export function tooLarge(message: string): HttpError {
  return new HttpError(413, 'TOO_LARGE', message);
}

/** So much is being received or worked on that nothing more is taken in: 503. */
export function tooMuchReceived(): HttpError {
  return new HttpError(
    503,
    'UNAVAILABLE',
    'Expected fewer requests with large bodies at once, got one more; try again.',
    { 'retry-after': '1' },
  );
}

/** No valid key came with a request that needs one: 401. @param refused whether a key came that is none of ours */
export function unauthenticated(refused: boolean): HttpError {
  const got = refused ? 'one that is not a key of this server' : 'none';
  return new HttpError(
    401,
    'UNAUTHENTICATED',
    `Expected an \`authorization: Bearer <key>\` header with a valid key, got ${got}.`,
    { 'www-authenticate': 'Bearer realm="podline"' },
  );
}

/** Whoever asks is known and may not do this: 403. */
export function missingRole(role: Role): HttpError {
  return new HttpError(403, 'FORBIDDEN', `Expected a caller with the role \`${role}\`, got one without it.`);
}

/** The token in a stream's URL does not open it: 401. The token itself is not quoted. */
export function invalidToken(): HttpError {
  return new HttpError(
    401,
    'UNAUTHENTICATED',
    'Expected a token that POST /result/<id>/token has made for this execution, got one that is not or has expired.',
    { 'www-authenticate': 'Bearer realm="podline"' },
  );
}

/** What an expected failure of the domain is in HTTP; null for anything else, which is to be masked. */
export function asHttpError(error: unknown): HttpError | null {
  if (error instanceof HttpError) return error;
  if (error instanceof UnavailableError) {
    return new HttpError(503, error.code, error.message, { 'retry-after': '1' });
  }
  if (error instanceof OutputMissingError) return new HttpError(410, error.code, error.message);
  if (!(error instanceof UserError)) return null;
  if (error instanceof QueueFullError || error instanceof StdinFullError) {
    const seconds = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
    return new HttpError(429, error.code, error.message, { 'retry-after': String(seconds) });
  }
  return new HttpError(statusOf(error), error.code, messageOf(error));
}

function statusOf(error: UserError): number {
  if (error instanceof NotFoundError) return 404;
  if (error instanceof StdinClosedError) return 410;
  if (error instanceof StdinOffsetError) return 409;
  if (error instanceof SessionEndedError) return 409;
  if (error instanceof IdempotencyConflictError || error instanceof AlreadyEndedError) return 409;
  return 400;
}

function messageOf(error: UserError): string {
  if (!(error instanceof InvalidInputError) || error.message.includes(error.field)) return error.message;
  return `${error.field}: ${error.message}`;
}

/** The client went away before its request was whole: nobody is left to answer. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

/** What Node's streams say of a connection that the other side has closed. */
const GONE = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_UNABLE_TO_PIPE',
  'ERR_STREAM_WRITE_AFTER_END',
]);

/** Whether the error says no more than that the client of this response has gone. Anything else is a defect still. */
export function isClientGone(error: unknown, response: ServerResponse): boolean {
  if (error instanceof ClientGoneError) return true;
  if (!response.destroyed || response.writableFinished) return false;
  return error instanceof Error && 'code' in error && GONE.has(String(error.code));
}
