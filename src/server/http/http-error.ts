import {
  AlreadyEndedError,
  IdempotencyConflictError,
  InvalidInputError,
  NotFoundError,
  OutputMissingError,
  QueueFullError,
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

/** A message as it is, or its beginning when it is long: graphql quotes wrong values in full. */
export function shortened(message: string): string {
  return message.length <= MESSAGE_LENGTH ? message : `${message.slice(0, MESSAGE_LENGTH)}…`;
}

/** The body is more than the server takes: 413. */
export function tooLarge(message: string): HttpError {
  return new HttpError(413, 'TOO_LARGE', message);
}

/** No valid key came with a request that needs one: 401. */
export function unauthenticated(): HttpError {
  return new HttpError(
    401,
    'UNAUTHENTICATED',
    'Expected an `authorization: Bearer <key>` header with a valid key, got none.',
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
  if (error instanceof QueueFullError) {
    const seconds = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
    return new HttpError(429, error.code, error.message, { 'retry-after': String(seconds) });
  }
  return new HttpError(statusOf(error), error.code, messageOf(error));
}

function statusOf(error: UserError): number {
  if (error instanceof NotFoundError) return 404;
  if (error instanceof IdempotencyConflictError || error instanceof AlreadyEndedError) return 409;
  return 400;
}

function messageOf(error: UserError): string {
  if (!(error instanceof InvalidInputError) || error.message.includes(error.field)) return error.message;
  return `${error.field}: ${error.message}`;
}
