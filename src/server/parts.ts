import { buildSchema } from '../schema/schema.ts';
import { Addresses } from './access/addresses.ts';
import { Authenticator } from './access/authenticator.ts';
import { Page } from './graphiql/page.ts';
import { homeRoute } from './graphiql/routes.ts';
import { createContext, type OperationContext } from './graphql/context.ts';
import { Operations } from './graphql/operation.ts';
import { GRAPHQL_PATH, graphqlRoute } from './graphql/routes.ts';
import { openYoga } from './graphql/yoga.ts';
import { Edge } from './http/edge.ts';
import type { ServerBounds, ServerOptions } from './options.ts';
import { cleanupRoute } from './rest/cleanup.ts';
import { executeRoute } from './rest/execute.ts';
import { healthRoute } from './rest/health.ts';
import { operationsRoutes } from './rest/operations.ts';
import { resultRoute } from './rest/result.ts';
import { streamRoute } from './rest/stream.ts';
import { EventStreams } from './sse/streams.ts';
import type { State } from './state.ts';
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
  { config, executions, metrics, logger }: ServerOptions,
  bounds: ServerBounds,
  state: State,
): Parts {
  const addresses = new Addresses(config);
  const authenticator = new Authenticator(config.apiKeys);
  const schema = buildSchema();
  const mayIntrospect = (caller: OperationContext['caller']): boolean =>
    config.introspection ?? caller !== null;
  const yoga = openYoga({ schema, logger, mayIntrospect });
  const operations = new Operations(yoga, createContext(executions, null, null));
  const streams = new EventStreams(metrics, bounds.keepAliveMs);
  const page =
    config.introspection === false ? null : new Page({ withKeys: authenticator.hasKeys, path: GRAPHQL_PATH });
  const shared = { operations, executions, logger, mayIntrospect };
  const routes = [
    graphqlRoute({ ...shared, yoga, streams, page }),
    executeRoute(executions, schema),
    resultRoute(executions),
    streamRoute(executions, streams),
    cleanupRoute(executions),
    healthRoute(executions),
    ...operationsRoutes(metrics, () => state.isOpen),
    homeRoute(page !== null),
  ];
  const keepsConnections = (): boolean => state.isOpen;
  return {
    edge: new Edge({ routes, addresses, authenticator, logger, metrics, keepsConnections }),
    gateway: new Gateway({
      ...shared,
      addresses,
      authenticator,
      metrics,
      path: GRAPHQL_PATH,
      maxSockets: bounds.maxSockets,
      keepAliveMs: bounds.keepAliveMs,
      initTimeoutMs: bounds.initTimeoutMs,
      isOpen: keepsConnections,
    }),
    streams,
    page,
  };
}
