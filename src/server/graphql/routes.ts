import { OperationTypeNode } from 'graphql';
import { BODY_BYTES } from '../../bounds.ts';
import type { ExecutionsApi } from '../../executions/executions.ts';
import type { Page } from '../graphiql/page.ts';
import { readJson } from '../http/body.ts';
import type { Exchange } from '../http/exchange.ts';
import { HttpError, unauthenticated } from '../http/http-error.ts';
import { replyText } from '../http/reply.ts';
import type { Route } from '../http/router.ts';
import { createContext } from './context.ts';
import { answerAsEvents, type EventAnswers } from './events.ts';
import { type GraphQLParams, readParams, readQueryParams } from './params.ts';
import type { Yoga } from './yoga.ts';

/** The path of GraphQL, WebSocket included. */
export const GRAPHQL_PATH = '/graphql';
/**
 * Without a key all there is to ask is the health (and the schema, where that is open to all). Checking a document takes
 * time that grows with the square of its length: nobody gets a long one checked.
 */
const ANONYMOUS_BODY_BYTES = 4096;

export interface GraphQLRouteOptions extends EventAnswers {
  readonly yoga: Yoga;
  readonly executions: ExecutionsApi;
  /** Serves the page of GraphiQL; null when it is off. */
  readonly page: Page | null;
}

/**
 * POST: any operation. GET: the page, for a browser, and subscriptions for an EventSource, which can do nothing else;
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
    const params = readQueryParams(exchange.query);
    if (await answerAsEvents(options, exchange, params, [OperationTypeNode.SUBSCRIPTION])) return;
  } else if (options.page && accepts(exchange, 'text/html')) {
    await options.page.serve(exchange);
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
  const { request, response, caller } = exchange;
  const body = caller === null ? readAnonymous(exchange) : readJson(request, response, BODY_BYTES);
  const params = readParams(await body);
  // Some clients accept both and mean: a stream for what streams, one answer for the rest.
  const types =
    accepts(exchange, 'json') || accepts(exchange, '*/*') ? [OperationTypeNode.SUBSCRIPTION] : ALL;
  if (accepts(exchange, 'text/event-stream') && (await answerAsEvents(options, exchange, params, types)))
    return;
  await answerOnce(options, exchange, params);
}

const ALL = Object.values(OperationTypeNode);

/** @throws HttpError 401 for a body that is too large to come without a key */
async function readAnonymous({ request, response }: Exchange): Promise<unknown> {
  try {
    return await readJson(request, response, ANONYMOUS_BODY_BYTES);
  } catch (error) {
    throw error instanceof HttpError && error.status === 413 ? unauthenticated() : error;
  }
}

async function answerOnce(
  { yoga, executions }: GraphQLRouteOptions,
  exchange: Exchange,
  params: GraphQLParams,
): Promise<void> {
  const { request, response } = exchange;
  const accept = request.headers.accept ?? '*/*';
  const fetched = await yoga.fetch(
    new yoga.fetchAPI.Request(`http://localhost${GRAPHQL_PATH}`, { method: 'POST', headers: { accept } }),
    { ...createContext(executions, exchange.caller, exchange.id), body: params },
  );
  const authenticate = fetched.headers.get('www-authenticate');
  replyText(
    response,
    fetched.status,
    fetched.headers.get('content-type') ?? 'application/json; charset=utf-8',
    fetched.status === 406 && fetched.body === null ? NOT_ACCEPTABLE : await fetched.text(),
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
