import { ApiError, type ApiFailure, type ApiOperation } from './error.ts';

/** What Kubernetes answers with when it does not answer with the object: the parts we look at. */
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

/** Characters of the cluster's own words that a sentence of ours may carry. */
const QUOTED_CHARACTERS = 300;

/** The failure that an HTTP answer from 400 on stands for. @param host where the API is, for the sentence */
export function failureOf(
  operation: ApiOperation,
  code: number,
  status: Status,
  retryAfter: string | undefined,
  host: string,
): ApiError {
  const failure = classify(operation, code, status);
  const seconds = status.details?.retryAfterSeconds ?? Number(retryAfter || Number.NaN);
  return new ApiError(sentence(failure, operation, code, status, host), {
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

function sentence(
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
      return missingRights([`${verb} ${resource}`], namespace);
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

/** What is wrong when rights are missing, and what gives them. @param rights each a verb and a resource: `create jobs` */
export function missingRights(rights: readonly string[], namespace: string): string {
  const [right, it] = rights.length === 1 ? ['a right', 'it'] : ['rights', 'them'];
  return `Podline lacks ${right} in namespace ${namespace}: ${rights.join(', ')}; the Role in k8s/base/runner-role.yaml gives ${it} (docs/kubernetes.md).`;
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

/** The failure of a call that got no answer. @param timeoutMs how long it waited, for the sentence */
export function unreachable(
  operation: ApiOperation,
  error: unknown,
  host: string,
  timeoutMs: number,
): ApiError {
  const code = codeOf(error);
  return new ApiError(unreachableSentence(code, host, timeoutMs), {
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

function unreachableSentence(code: string, host: string, timeoutMs: number): string {
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
