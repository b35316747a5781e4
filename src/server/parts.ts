import type { Principal } from '../executions/caller.ts';
import { buildSchema } from '../schema/schema.ts';
import { Addresses } from './access/addresses.ts';
import { KeyAuthenticator, StreamTokens } from './access/authenticator.ts';
import { AnswerBudget, ByteBudget } from './budgets.ts';
import { consoleRoutes } from './console/routes.ts';
import { EventStreams } from './event-streams.ts';
import { Page } from './graphiql/page.ts';
import { GRAPHIQL_PATH, graphiqlRoute } from './graphiql/routes.ts';
import { createContext } from './graphql/context.ts';
import { Operations } from './graphql/operation.ts';
import { GRAPHQL_PATH, graphqlRoute } from './graphql/routes.ts';
import { SharedResults } from './graphql/shared-results.ts';
import { openYoga } from './graphql/yoga.ts';
import { Edge } from './http/edge.ts';
import type { ServerBounds, ServerOptions, State } from './options.ts';
import { cleanupRoute } from './rest/cleanup.ts';
import { displayRoute } from './rest/display.ts';
import { executeRoute } from './rest/execute.ts';
import { fileRoute, filesRoute } from './rest/files.ts';
import { healthRoute, operationsRoutes } from './rest/operations.ts';
import { resultRoute } from './rest/result.ts';
import { stdinRoute } from './rest/stdin.ts';
import { streamRoute, tokenRoute } from './rest/stream.ts';
import { Gateway } from './websocket/gateway.ts';

/** What answers requests, and what has to be closed. */
export interface Parts {
  readonly edge: Edge;
  readonly gateway: Gateway;
  readonly streams: EventStreams;
  readonly page: Page | null;
}

/** Wires the edge; nothing is opened by it but the timer of the gateway. */
export function wire(
  { config, executions, metrics, logger, ...options }: ServerOptions,
  bounds: ServerBounds,
  state: State,
): Parts {
  const addresses = new Addresses(config);
  const tokens = new StreamTokens(config.apiKeys);
  const authenticator = options.authenticator ?? new KeyAuthenticator(config.apiKeys, tokens);
  const schema = buildSchema();
  const mayIntrospect = (principal: Principal | null): boolean => config.introspection ?? principal !== null;
  const results = new SharedResults(schema);
  const yoga = openYoga({ schema, logger, mayIntrospect, results });
  const answers = new AnswerBudget(bounds.answersBytes);
  const operations = new Operations(yoga, createContext(executions, null, null, answers.open(null)));
  const streams = new EventStreams(metrics, bounds.keepAliveMs);
  const page =
    config.introspection === false
      ? null
      : new Page({ withKeys: authenticator.needsCredentials, path: GRAPHQL_PATH });
  const shared = { operations, executions, logger, mayIntrospect, results, answers };
  const routes = [
    graphqlRoute({ ...shared, yoga, streams, hasGraphiql: page !== null }),
    executeRoute(executions, schema),
    resultRoute(executions, answers),
    streamRoute(executions, streams, authenticator),
    stdinRoute(executions),
    filesRoute(executions),
    fileRoute(executions, answers),
    displayRoute(executions, answers),
    tokenRoute(executions, tokens),
    cleanupRoute(executions),
    healthRoute(executions),
    ...operationsRoutes(metrics, () => state.isOpen),
    graphiqlRoute(page),
    ...consoleRoutes(page === null ? null : GRAPHIQL_PATH),
  ];
  const received = new ByteBudget(bounds.received);
  const keepsConnections = (): boolean => state.isOpen;
  return {
    edge: new Edge({ routes, addresses, authenticator, logger, metrics, received, keepsConnections }),
    gateway: new Gateway({
      ...shared,
      addresses,
      authenticator,
      metrics,
      path: GRAPHQL_PATH,
      received,
      messageMs: bounds.timeouts.requestMs,
      maxSockets: bounds.maxSockets,
      maxUnacknowledged: bounds.maxUnacknowledged,
      keepAliveMs: bounds.keepAliveMs,
      initTimeoutMs: bounds.initTimeoutMs,
      isOpen: keepsConnections,
    }),
    streams,
    page,
  };
}
