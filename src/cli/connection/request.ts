import { setTimeout as sleep } from 'node:timers/promises';
import { type BackOffBounds, backOffMs } from '../../async/back-off.ts';
import { CommandError, ServiceError, systemCodeOf, UnreachableError } from '../errors.ts';
import type { TypedDocumentString } from '../generated/graphql.ts';
import { startCommand } from '../shell.ts';
import { displayUrl, type Endpoint } from './endpoint.ts';

/** Milliseconds one attempt may take. */
const ATTEMPT_MS = 30_000;
const ATTEMPTS = 6;
/** Between attempts, here and when output is followed. */
export const BACK_OFF: BackOffBounds = { firstMs: 100, maxMs: 5000 };

/** What went wrong before anything could have reached a server. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** A load balancer's word that the server behind it is away, or a server's that it did not get the whole request in time: it was suspended. */
export const AWAY_STATUSES: ReadonlySet<number> = new Set([408, 502, 503, 504]);

/**
 * Asks one question. When the connection is lost before the answer came it asks again, with back-off: every operation of
 * the contract is safe to repeat (`execute` by its idempotency key). A server that cannot be reached at the first attempt
 * fails at once.
 * @throws UnreachableError, ServiceError, CommandError
 */
export async function request<TResult, TVariables>(
  endpoint: Endpoint,
  document: TypedDocumentString<TResult, TVariables>,
  variables: TVariables,
  signal?: AbortSignal,
): Promise<TResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask(endpoint, document, variables, signal);
    } catch (error) {
      const mayRepeat = error instanceof UnreachableError && !(error.neverSent && attempt === 1);
      if (!mayRepeat || attempt === ATTEMPTS || signal?.aborted) throw error;
      await sleep(backOffMs(attempt, BACK_OFF), undefined, { ...(signal && { signal }) });
    }
  }
}

async function ask<TResult, TVariables>(
  endpoint: Endpoint,
  document: TypedDocumentString<TResult, TVariables>,
  variables: TVariables,
  signal?: AbortSignal,
): Promise<TResult> {
  const timeLimit = AbortSignal.timeout(ATTEMPT_MS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(endpoint.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(endpoint.apiKey !== null && { authorization: `Bearer ${endpoint.apiKey}` }),
      },
      body: JSON.stringify({ query: document.toString(), variables }),
      signal: signal ? AbortSignal.any([signal, timeLimit]) : timeLimit,
    });
    text = await response.text();
  } catch (error) {
    throw unreachable(endpoint, error);
  }
  return readAnswer<TResult>(endpoint, response, text);
}

function unreachable(endpoint: Endpoint, error: unknown): UnreachableError {
  const code = systemCodeOf(error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason =
    cause instanceof DOMException && cause.name === 'TimeoutError'
      ? `no answer within ${ATTEMPT_MS / 1000} s`
      : (code ?? (cause instanceof Error ? cause.message : String(cause)));
  return new UnreachableError(
    `Cannot reach Podline at ${displayUrl(endpoint.url)}: ${reason}. Start one with "${startCommand()}", or name another with --url.`,
    NEVER_SENT.has(code ?? ''),
    { cause: error },
  );
}

/** The shape of every GraphQL answer over HTTP. */
interface Answer<TResult> {
  readonly data?: TResult | null;
  readonly errors?: readonly GraphQLFailure[];
}
/** One top-level GraphQL error. */
export interface GraphQLFailure {
  readonly message: string;
  readonly extensions?: { readonly code?: unknown };
}

function readAnswer<TResult>(endpoint: Endpoint, response: Response, text: string): TResult {
  const answer = parseAnswer<TResult>(text);
  const [failure] = answer?.errors ?? [];
  if (failure) throw toServiceError(failure, endpoint);
  if (answer?.data) return answer.data;
  const at = displayUrl(endpoint.url);
  if (AWAY_STATUSES.has(response.status)) {
    throw new UnreachableError(`Cannot reach Podline at ${at}: HTTP status ${response.status}.`, false);
  }
  const got = `HTTP status ${response.status}, ${response.headers.get('content-type') ?? 'no content type'}`;
  throw new CommandError(`Expected a GraphQL answer of Podline from ${at}, got ${got}.`);
}

function parseAnswer<TResult>(text: string): Answer<TResult> | null {
  try {
    const answer: unknown = JSON.parse(text);
    const isAnswer =
      typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer);
    return isAnswer ? (answer as Answer<TResult>) : null;
  } catch {
    return null;
  }
}

/** A top-level GraphQL error as the failure that a command prints. */
export function toServiceError({ message, extensions }: GraphQLFailure, { apiKey }: Endpoint): ServiceError {
  const code = typeof extensions?.code === 'string' ? extensions.code : 'UNKNOWN';
  if (code !== 'UNAUTHENTICATED') return new ServiceError(message, code);
  const hint = apiKey === null ? 'Set PODLINE_API_KEY to one' : 'Look at PODLINE_API_KEY';
  return new ServiceError(`${message} ${hint}, or give another with --api-key.`, code);
}
