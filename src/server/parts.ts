import type { Config } from '../config.ts';
import type { Principal } from '../executions/caller.ts';
import type { ExecutionsApi } from '../executions/executions.ts';
import type { Logger } from '../executions/telemetry.ts';
import { buildSchema } from '../schema/schema.ts';
import { Addresses } from './addresses.ts';
import { type Authenticator, KeyAuthenticator, StreamTokens } from './authenticator.ts';
import { AnswerBudget, ByteBudget, type ByteBudgetOptions } from './budgets.ts';
import { consoleRoutes } from './console/routes.ts';
import { EventStreams } from './event-streams.ts';
import { GRAPHIQL_PATH, graphiqlRoute, Page } from './graphiql/page.ts';
import { createContext } from './graphql/context.ts';
import { Operations } from './graphql/operation.ts';
import { GRAPHQL_PATH, graphqlRoute } from './graphql/routes.ts';
import { SharedResults } from './graphql/shared-results.ts';
import { openYoga } from './graphql/yoga.ts';
import { Edge } from './http/edge.ts';
import type { Timeouts } from './http/listener.ts';
import type { Metrics } from './metrics.ts';
import { displayRoute, fileRoute, filesRoute } from './rest/downloads.ts';
import { cleanupRoute, executeRoute } from './rest/execute.ts';
import { healthRoute, operationsRoutes } from './rest/operations.ts';
import { resultRoute } from './rest/result.ts';
import { stdinRoute } from './rest/stdin.ts';
import { streamRoute, tokenRoute } from './rest/stream.ts';
import type { Tracing } from './tracing.ts';
import { Gateway } from './websocket/gateway.ts';

/** What the server is built from. */
export interface ServerOptions {
  readonly config: Pick<
    Config,
    | 'host'
    | 'port'
    | 'apiKeys'
    | 'allowedHosts'
    | 'allowedOrigins'
    | 'trustProxy'
    | 'introspection'
    | 'shutdownGraceMs'
  >;
  readonly executions: ExecutionsApi;
  /** Tells who asks. Left out: the keys of API_KEYS do. */
  readonly authenticator?: Authenticator;
  readonly metrics: Metrics;
  /** Null or left out: no traces. */
  readonly tracing?: Pick<Tracing, 'within'> | null;
  readonly logger: Logger;
  /** For tests: what else stands in `bounds.ts` and `http/listener.ts`. */
  readonly bounds?: Partial<ServerBounds>;
}

export interface ServerBounds {
  readonly maxSockets: number;
  /** WebSockets that have not said `connection_init`. */
  readonly maxUnacknowledged: number;
  /** Bytes of requests and messages held in memory, of all clients and of one caller. */
  readonly received: ByteBudgetOptions;
  /** How often WebSockets and SSE streams are kept alive, milliseconds. */
  readonly keepAliveMs: number;
  /** How long a WebSocket's client may take to say `connection_init`, milliseconds. */
  readonly initTimeoutMs: number;
  readonly timeouts: Timeouts;
  /** Of answers under way, all together. */
  readonly answersBytes: number;
}

/** starting → open → draining; there is no way back. */
export class State {
  #name: 'starting' | 'open' | 'draining' = 'starting';

  open(): void {
    if (this.#name === 'starting') this.#name = 'open';
  }

  drain(): void {
    this.#name = 'draining';
  }

  get isOpen(): boolean {
    return this.#name === 'open';
  }
}

/** What answers requests, and what has to be closed. */
interface Parts {
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
