import type { Config } from '../config.ts';
import type { ExecutionsApi } from '../executions/executions.ts';
import type { Logger } from '../executions/telemetry.ts';
import type { Authenticator } from './access/authenticator.ts';
import type { ByteBudgetOptions } from './budgets.ts';
import type { Timeouts } from './http/listener.ts';
import type { Metrics } from './metrics.ts';
import type { Tracing } from './tracing/tracing.ts';

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
