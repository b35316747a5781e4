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
 * - `unreachable`: no response (refused, time-out, TLS, name, cut)
 * - `unauthenticated`: credentials refused, also after reading them again
 * - `forbidden`: a permission is missing
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
  /** HTTP status; 0 when there was no response. */
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

const TRANSIENT: readonly ApiFailure[] = ['unreachable', 'throttled', 'unavailable'];
const PERMANENT: readonly ApiFailure[] = ['unauthenticated', 'forbidden', 'namespace'];

/** Whether the same call may work in a moment though nobody does anything about it. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiError && TRANSIENT.includes(error.failure);
}

/** Whether somebody must change the cluster or the credentials first: it is no fault of the one execution. */
export function isPermanent(error: unknown): boolean {
  return error instanceof ApiError && PERMANENT.includes(error.failure);
}

/** What Kubernetes responds with when it does not respond with the object: the parts that are read. */
export interface Status {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly name?: string;
    readonly kind?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly {
      readonly reason?: string;
      readonly field?: string;
      readonly message?: string;
    }[];
  };
}

/** Characters of the cluster's own words that a message of ours may carry. */
const QUOTED_CHARACTERS = 300;

/** The failure that an HTTP response from 400 on stands for. @param host where the API is, for the message */
export function failureOf(
  operation: ApiOperation,
  code: number,
  status: Status,
  retryAfter: string | undefined,
  host: string,
): ApiError {
  const failure = classify(operation, code, status);
  const seconds = status.details?.retryAfterSeconds ?? Number(retryAfter || Number.NaN);
  return new ApiError(describeFailure(failure, operation, code, status, host), {
    failure,
    code,
    reason: status.reason ?? `HTTP ${code}`,
    operation,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
  });
}

function classify(
  { verb, resource }: ApiOperation,
  code: number,
  { details, ...status }: Status,
): ApiFailure {
  if (code === 401) return 'unauthenticated';
  if (code === 403) {
    if (details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating')) return 'namespace';
    // Authorisation comes before a body is read, so it cannot name what is to be created; admission can.
    return verb === 'create' && !resource.includes('/') && details?.name ? 'refused' : 'forbidden';
  }
  if (code === 404) return details?.kind === 'namespaces' ? 'namespace' : 'missing';
  if (code === 409) return 'conflict';
  if (code === 410) return 'expired';
  if (code === 429) return 'throttled';
  if (code >= 500) return 'unavailable';
  // "container is waiting to start", "container not found": it is the pod's state that is wrong.
  if (code === 400 && resource.startsWith('pods/') && status.reason === 'BadRequest') return 'conflict';
  return 'invalid';
}

function describeFailure(
  failure: ApiFailure,
  operation: ApiOperation,
  code: number,
  status: Status,
  host: string,
): string {
  const { verb, resource, namespace } = operation;
  switch (failure) {
    case 'unauthenticated':
      return `The Kubernetes API at ${host} refuses the credentials, also after they were read again: check the user of the kubeconfig, or the service account.`;
    case 'forbidden':
      return missingPermissions([`${verb} ${resource}`], namespace);
    case 'namespace':
      return code === 403
        ? `The namespace ${namespace} is being deleted: kubectl create namespace ${namespace} makes it again.`
        : missingNamespace(namespace);
    case 'throttled':
    case 'unavailable':
      return `The Kubernetes API at ${host} cannot ${deed(operation)} now: ${own(status, code)}.`;
    default:
      return `Kubernetes cannot ${deed(operation)} in namespace ${namespace}: ${own(status, code)}.`;
  }
}

function deed({ verb, resource }: ApiOperation): string {
  if (resource === 'pods/attach') return 'attach to a pod';
  return resource === 'pods/log' ? "read a pod's log" : `${verb} ${resource}`;
}

/** What is wrong when permissions are missing, and what gives them. @param permissions each a verb and a resource: `create jobs` */
export function missingPermissions(permissions: readonly string[], namespace: string): string {
  const [what, it] = permissions.length === 1 ? ['a permission', 'it'] : ['permissions', 'them'];
  return `Podline lacks ${what} in namespace ${namespace}: ${permissions.join(', ')}; the Role in k8s/base/runner-role.yaml gives ${it} (docs/kubernetes.md).`;
}

/** What is wrong when the namespace does not exist, and what helps. */
export function missingNamespace(namespace: string): string {
  return `The namespace ${namespace} does not exist: kubectl create namespace ${namespace} makes it.`;
}

/** The cluster's own words, without the objects that they may repeat, and cut. */
function own({ message, reason, details }: Status, code: number): string {
  const causes = details?.causes?.map(({ field, message: why }) => (field ? `${field}: ${why}` : why)) ?? [];
  const words = causes.find((cause) => cause) ?? message ?? reason ?? `it answered ${code}`;
  const line = words
    .replace(/\s+/g, ' ')
    .replace(/\{.*\}/, '{…}')
    .trim()
    .replace(/\.$/, '');
  return line.length > QUOTED_CHARACTERS ? `${line.slice(0, QUOTED_CHARACTERS)}…` : line;
}

/** The failure of a call that got no response. @param timeoutMs how long it waited, for the message */
export function unreachable(
  operation: ApiOperation,
  error: unknown,
  host: string,
  timeoutMs: number,
): ApiError {
  const code = codeOf(error);
  return new ApiError(describeUnreachable(code, host, timeoutMs), {
    failure: 'unreachable',
    code: 0,
    reason: code,
    operation,
    cause: error,
  });
}

const TLS =
  /^(CERT_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO)/;
const CUT = [
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_ABORTED',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
];

function describeUnreachable(code: string, host: string, timeoutMs: number): string {
  const api = `The Kubernetes API at ${host}`;
  if (/TIMEOUT|TIMEDOUT|^TimeoutError$/.test(code))
    return `${api} does not answer within ${timeoutMs / 1000} s.`;
  if (TLS.test(code))
    return `${api} cannot be trusted (${code}): check the certificate authority and the server's name in the kubeconfig.`;
  if (CUT.includes(code)) return `The connection to the Kubernetes API at ${host} was cut.`;
  if (code === 'ECONNREFUSED') return `${api} cannot be reached: the connection is refused.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `${api} cannot be reached: the name is not known.`;
  return `${api} cannot be reached (${code}).`;
}

/** The code of the innermost failure that has one; several addresses tried make an AggregateError. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0 && !('code' in error && error.code))
    return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error.cause instanceof Error) return codeOf(error.cause);
  return error.name;
}
