/** Which call it was: `create jobs in podline-sandbox`. */
export interface ApiOperation {
  /** As in a Role: get, list, watch, create, patch, delete. */
  readonly verb: string;
  /** As in a Role: `jobs`, `pods/attach`. */
  readonly resource: string;
  readonly namespace: string;
}

/**
 * What kind of failure it is; callers branch on this, never on the message.
 *
 * - `unreachable`: no answer (refused, time-out, TLS, name, cut)
 * - `unauthenticated`: credentials refused, also after reading them again
 * - `forbidden`: a right is missing
 * - `namespace`: the namespace does not exist or is being deleted
 * - `refused`: the cluster's admission said no (quota, policy, webhook)
 * - `missing`: the object is not there
 * - `conflict`: it is there already, or was changed meanwhile
 * - `expired`: the resource version asked for is too old (410)
 * - `invalid`: the request was understood and is wrong
 * - `throttled`, `unavailable`: the API server cannot now
 * - `closed`: this process is closing its connection to the cluster
 */
export type ApiFailure =
  | 'unreachable'
  | 'unauthenticated'
  | 'forbidden'
  | 'namespace'
  | 'refused'
  | 'missing'
  | 'conflict'
  | 'expired'
  | 'invalid'
  | 'throttled'
  | 'unavailable'
  | 'closed';

export interface ApiErrorFields {
  readonly failure: ApiFailure;
  /** HTTP status; 0 when there was no answer. */
  readonly code: number;
  /** As Kubernetes names it (`Forbidden`, `AlreadyExists`), or the cause's code (`ECONNREFUSED`). */
  readonly reason: string;
  readonly operation: ApiOperation;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A call to the Kubernetes API failed. The message is one sentence for a person, without tokens or dumps. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly failure: ApiFailure;
  readonly code: number;
  readonly reason: string;
  readonly operation: ApiOperation;
  /** What the API server asked to wait before the next attempt; null when it did not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, fields: ApiErrorFields) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.failure = fields.failure;
    this.code = fields.code;
    this.reason = fields.reason;
    this.operation = fields.operation;
    this.retryAfterMs = fields.retryAfterMs ?? null;
  }
}

const PASSING: readonly ApiFailure[] = ['unreachable', 'throttled', 'unavailable'];
const STANDING: readonly ApiFailure[] = ['unauthenticated', 'forbidden', 'namespace'];

/** Whether the same call may work in a moment though nobody does anything about it. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiError && PASSING.includes(error.failure);
}

/** Whether somebody must change the cluster or the credentials first: it is no fault of the one execution. */
export function isStanding(error: unknown): boolean {
  return error instanceof ApiError && STANDING.includes(error.failure);
}
