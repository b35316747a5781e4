import { type ExecutionResult, OperationTypeNode } from 'graphql';
import { ANONYMOUS_BYTES, BODY_BYTES, RESPONSE_BYTES } from '../../bounds.ts';
import type { ExecutionsApi } from '../../executions/executions.ts';
import type { Logger } from '../../executions/telemetry.ts';
import type { AnswerBudget } from '../budgets.ts';
import type { EventStreams } from '../event-streams.ts';
import { GRAPHIQL_PATH } from '../graphiql/page.ts';
import { readJson } from '../http/body.ts';
import type { Exchange } from '../http/exchange.ts';
import { HttpError, unauthenticated } from '../http/http-error.ts';
import { replyText } from '../http/reply.ts';
import type { Route } from '../http/router.ts';
import { createContext, type OperationContext } from './context.ts';
import { type ErrorPresentation, presentErrors } from './errors.ts';
import type { Operations } from './operation.ts';
import { type GraphQLParams, readParams, readQueryParams } from './params.ts';
import type { OperationResult, SharedResults } from './shared-results.ts';
import type { Yoga } from './yoga.ts';

/** The path of GraphQL, WebSocket included. */
export const GRAPHQL_PATH = '/graphql';

interface GraphQLRouteOptions extends EventAnswers {
  readonly yoga: Yoga;
  readonly executions: ExecutionsApi;
  /** Whether a browser is led to GraphiQL. */
  readonly hasGraphiql: boolean;
}

/**
 * POST: any operation. GET: leads a browser to GraphiQL, and answers subscriptions for an EventSource, which can do nothing else;
 * queries and mutations are not answered, so that no link and no image can ask them.
 */
export function graphqlRoute(options: GraphQLRouteOptions): Route {
  return {
    name: 'graphql',
    path: GRAPHQL_PATH,
    access: 'own',
    methods: {
      GET: (exchange) => get(options, exchange),
      POST: (exchange) => post(options, exchange),
    },
  };
}

async function get(options: GraphQLRouteOptions, exchange: Exchange): Promise<void> {
  if (accepts(exchange, 'text/event-stream')) {
    exchange.requireCaller();
    if (exchange.request.headers['last-event-id'] === COMPLETE_ID) {
      exchange.response.writeHead(204).end();
      return;
    }
    const params = readQueryParams(exchange.query);
    if (await answerAsEvents(options, exchange, params, [OperationTypeNode.SUBSCRIPTION])) return;
  } else if (options.hasGraphiql && accepts(exchange, 'text/html')) {
    const search = exchange.query.size === 0 ? '' : `?${exchange.query}`;
    replyText(exchange.response, 302, 'text/plain; charset=utf-8', LED, {
      location: `${GRAPHIQL_PATH}${search}`,
      vary: 'accept, origin',
    });
    return;
  }
  throw new HttpError(
    405,
    'METHOD_NOT_ALLOWED',
    'Expected POST for queries and mutations, or GET of a subscription with `accept: text/event-stream`.',
    { allow: 'POST' },
  );
}

async function post(options: GraphQLRouteOptions, exchange: Exchange): Promise<void> {
  const { caller } = exchange;
  const body = caller === null ? readAnonymous(exchange) : readJson(exchange, BODY_BYTES);
  const params = readParams(await body);
  // Some clients accept both and mean: a stream for what streams, one answer for the rest.
  const types =
    accepts(exchange, 'json') || accepts(exchange, '*/*') ? [OperationTypeNode.SUBSCRIPTION] : ALL;
  if (accepts(exchange, 'text/event-stream') && (await answerAsEvents(options, exchange, params, types)))
    return;
  await answerOnce(options, exchange, params);
}

const LED = `GraphiQL is at ${GRAPHIQL_PATH}.\n`;

const ALL = Object.values(OperationTypeNode);

/**
 * Checking a document takes time that grows with the square of its length: nobody gets a long one checked.
 * @throws HttpError 401 for a body that is too large to come without a key
 */
async function readAnonymous(exchange: Exchange): Promise<unknown> {
  try {
    return await readJson(exchange, ANONYMOUS_BYTES);
  } catch (error) {
    throw error instanceof HttpError && error.status === 413 ? unauthenticated(false) : error;
  }
}

async function answerOnce(
  { yoga, executions, answers }: GraphQLRouteOptions,
  exchange: Exchange,
  params: GraphQLParams,
): Promise<void> {
  const { request, response } = exchange;
  const accept = request.headers.accept ?? '*/*';
  const answer = answers.open(exchange.caller);
  response.once('close', () => answer.release());
  const fetched = await yoga.fetch(
    new yoga.fetchAPI.Request(`http://localhost${GRAPHQL_PATH}`, { method: 'POST', headers: { accept } }),
    { ...createContext(executions, exchange.principal, exchange.id, answer), body: params },
  );
  const authenticate = fetched.headers.get('www-authenticate');
  const text = fetched.status === 406 && fetched.body === null ? NOT_ACCEPTABLE : await fetched.text();
  // A longer one is not sent at all.
  if (text.length <= RESPONSE_BYTES) answer.set(text.length);
  replyText(
    response,
    fetched.status,
    fetched.headers.get('content-type') ?? 'application/json; charset=utf-8',
    text,
    authenticate === null ? {} : { 'www-authenticate': authenticate },
  );
}

const NOT_ACCEPTABLE = JSON.stringify({
  errors: [
    {
      message:
        'Expected `accept` to allow application/json, application/graphql-response+json or text/event-stream.',
      extensions: { code: 'NOT_ACCEPTABLE' },
    },
  ],
});

function accepts({ request }: Exchange, type: string): boolean {
  return request.headers.accept?.toLowerCase().includes(type) ?? type === '*/*';
}

/**
 * Id of the event `complete`. An EventSource comes back for ever, with the id of the last event that it got: one that has
 * seen the end is answered 204, which makes it stop, and not with everything once more.
 */
const COMPLETE_ID = 'complete';

interface EventAnswers {
  readonly operations: Operations;
  readonly executions: ExecutionsApi;
  readonly streams: EventStreams;
  readonly logger: Logger;
  readonly mayIntrospect: (principal: OperationContext['principal']) => boolean;
  readonly results: SharedResults;
  readonly answers: AnswerBudget;
}

/**
 * GraphQL over SSE, distinct connections: a `next` event for each result, then `complete`. Errors come as a result too,
 * because an EventSource cannot read another answer. Returns false, with nothing answered, when the operation is none
 * of `types`.
 * @throws HttpError 401 without a caller: there is nothing to watch for nobody
 */
async function answerAsEvents(
  { operations, executions, streams, logger, mayIntrospect, results, answers }: EventAnswers,
  exchange: Exchange,
  params: GraphQLParams,
  types: readonly OperationTypeNode[],
): Promise<boolean> {
  const answer = answers.open(exchange.caller);
  exchange.response.once('close', () => answer.release());
  const context = createContext(executions, exchange.principal, exchange.id, answer);
  const operation = operations.prepare(params, context);
  if ('type' in operation && !types.includes(operation.type)) return false;
  exchange.requireCaller();
  const presentation = { logger, requestId: exchange.id, suggestions: mayIntrospect(exchange.principal) };
  exchange.route = 'graphql-events';
  const stream = await streams.pump(exchange, iterate(await run(operations, operation)), (result) => ({
    event: 'next',
    data: results.textOf(presentResult(result, presentation)),
  }));
  await stream?.send({ event: 'complete', id: COMPLETE_ID, data: '' });
  stream?.end();
  return true;
}

function run(
  operations: Operations,
  operation: ReturnType<Operations['prepare']>,
): OperationResult | Promise<OperationResult> {
  if (!('type' in operation)) return { errors: operation };
  return operation.type === 'subscription'
    ? operations.subscribe(operation.args)
    : operations.execute(operation.args);
}

/** A result as it goes over the wire, with its errors as a client may see them. */
function presentResult(result: ExecutionResult, presentation: ErrorPresentation): ExecutionResult {
  const { errors, ...rest } = result;
  if (errors === undefined) return result;
  return { ...rest, errors: presentErrors(errors, presentation) };
}

function iterate(result: OperationResult): AsyncIterator<ExecutionResult> {
  if (Symbol.asyncIterator in result) return result[Symbol.asyncIterator]();
  let results = [result];
  return {
    next: () => {
      const value = results.pop();
      return Promise.resolve(value === undefined ? { done: true, value } : { done: false, value });
    },
    return: () => {
      results = [];
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}
