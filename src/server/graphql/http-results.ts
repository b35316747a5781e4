import { type ExecutionResult, GraphQLError } from 'graphql';
import { copyError, type ErrorPresentation, presentErrors } from './errors.ts';

/** What an error of the request itself (no data) is in HTTP; 400 where nothing stands here. */
const STATUS: { readonly [code: string]: number } = {
  INTERNAL_SERVER_ERROR: 500,
  UNAVAILABLE: 503,
  UNAUTHENTICATED: 401,
  NOT_ACCEPTABLE: 406,
};

/** A result as Yoga is to send it: errors presented, and the status they call for where there is no data. */
export function presentHttp<T>(result: T, presentation: ErrorPresentation): T {
  if (!hasErrors(result)) return result;
  const errors = presentErrors(result.errors, presentation);
  const withoutData = result.data == null;
  return {
    ...result,
    errors: withoutData ? errors.map((error) => withStatus(error, 'data' in result)) : errors,
  };
}

/** Yoga takes the status from `extensions.http` and leaves it out of the body; `spec`: only where clients expect it. */
function withStatus(error: GraphQLError, executed: boolean): GraphQLError {
  const code = String(error.extensions['code']);
  const status = STATUS[code];
  // GraphQL over HTTP: once execution has begun the status is 200, unless nobody was allowed to begin it.
  if (executed && status !== 401) return error;
  const http = {
    ...(status === undefined ? { status: 400, spec: true } : { status }),
    ...(status === 401 ? { headers: { 'www-authenticate': 'Bearer realm="podline"' } } : {}),
  };
  return copyError(error, error.message, { ...error.extensions, http });
}

/** Where a subscription cannot be answered with a stream it is not begun at all: nobody would end it. */
export function refuseSubscription(): ExecutionResult {
  const message =
    'Expected a subscription over WebSocket (graphql-transport-ws) or with `accept: text/event-stream`, ' +
    'got a request for a single answer.';
  return { errors: [new GraphQLError(message, { extensions: { code: 'NOT_ACCEPTABLE' } })] };
}

function hasErrors(result: unknown): result is ExecutionResult & { errors: readonly GraphQLError[] } {
  return typeof result === 'object' && result !== null && 'errors' in result && Array.isArray(result.errors);
}
