/** The command line itself is wrong; ends the command with exit code 2. The message says what was expected and got. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An expected failure of a command; its message is printed as it is and the command ends with exit code 1. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

/** No answer came from the server. */
export class UnreachableError extends CommandError {
  override readonly name = 'UnreachableError';
  /** Whether the request certainly never reached a server, so that nothing can have happened there. */
  readonly neverSent: boolean;

  constructor(message: string, neverSent: boolean, options?: ErrorOptions) {
    super(message, options);
    this.neverSent = neverSent;
  }
}

/** The server answered with a top-level GraphQL error. `code` is its `extensions.code`, `UNKNOWN` without one. */
export class ServiceError extends CommandError {
  override readonly name = 'ServiceError';
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** The error code of a system call (`EPIPE`, `ENOENT`, …) that `error` or one of its causes carries; null without one. */
export function systemCodeOf(error: unknown): string | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return null;
}
