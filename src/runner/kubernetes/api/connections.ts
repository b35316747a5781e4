import { createHash } from 'node:crypto';
import type { Agent as HttpAgent } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { ATTEMPT_MS, CALLS } from './bounds.ts';

/** API servers close an idle connection after 90 s, load balancers often after 60. */
const KEEP_ALIVE_MS = 50_000;

/** Kept connections to one server with one set of certificates. */
export class Connections implements AsyncDisposable {
  /** For calls; at most as many connections as there may be calls at once. */
  readonly calls: Dispatcher;
  /** For watches and logs, each on a connection of its own for as long as it lasts. */
  readonly streams: Dispatcher;
  /** For WebSockets. */
  readonly sockets: HttpAgent | undefined;

  constructor(config: KubeConfig, options: RequestOptions) {
    this.calls = dispatcher(config, options, CALLS);
    this.streams = dispatcher(config, options, null);
    this.sockets = typeof options.agent === 'object' ? options.agent : undefined;
  }

  /** Lets what is under way end, and takes nothing new. Harmless to repeat. */
  async retire(): Promise<void> {
    // One that is closed already rejects, and the other may still have something under way.
    await Promise.allSettled([this.calls.close(), this.streams.close()]);
    this.sockets?.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.sockets?.destroy();
    await Promise.all([this.calls.destroy(), this.streams.destroy()]);
  }
}

/** Connections may be kept as long as this stays the same. */
export function connectionKey(config: KubeConfig, options: RequestOptions): string {
  const cluster = config.getCurrentCluster();
  const { ca, cert, key, passphrase, servername, rejectUnauthorized } = options;
  const all = [cluster?.server, cluster?.proxyUrl, ca, cert, key, passphrase, servername, rejectUnauthorized];
  return createHash('sha256')
    .update(JSON.stringify(all.map((one) => (Buffer.isBuffer(one) ? one.toString('base64') : (one ?? null)))))
    .digest('hex');
}

function dispatcher(config: KubeConfig, options: RequestOptions, connections: number | null): Dispatcher {
  const given = config.createDispatcherOptions(config.getCurrentCluster(), agentOptions(options));
  // One request at a time on a connection: with HTTP/2 all of them, watches too, would share one and its fate.
  const common = {
    allowH2: false,
    connections,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    connectTimeout: ATTEMPT_MS,
  };
  // undefined is not the same as absent to the types, and is to the connector.
  const tls = (from: object): object => ({ ...from, timeout: ATTEMPT_MS });
  switch (given.type) {
    case 'proxy':
      return new ProxyAgent({ ...common, uri: given.uri, requestTls: tls(given.requestTls) });
    case 'agent':
      return new Agent({ ...common, connect: tls(given.connect) });
    default:
      return new Agent(common);
  }
}

function agentOptions({ ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }: RequestOptions) {
  const all = { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
