import { createHash } from 'node:crypto';
import type { Agent as HttpAgent } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { withTimeout } from '../../../async/timeout.ts';
import { ATTEMPT_MS, CALLS, CREDENTIALS_MS } from './bounds.ts';

/** How to reach the API now. */
export interface Access {
  /** Without a slash at the end; may have a path. */
  readonly server: string;
  /** Name and port of the server: what may be shown. */
  readonly host: string;
  readonly headers: { readonly [name: string]: string };
  readonly connections: Connections;
}

/** The credentials cannot be read now. The message is a sentence and holds no secret. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
}

/**
 * Reads credentials, and again when they are some seconds old, so that rotated tokens and certificates are taken up;
 * after a refusal everything is read anew, the kubeconfig too. Connections stay while server and certificates do.
 */
export class Credentials implements AsyncDisposable {
  readonly #load: () => KubeConfig;
  readonly #all = new Set<Connections>();
  #config: KubeConfig | null;
  #key: string | null = null;
  #access: Access | null = null;
  #readAt = 0;
  #doubtedAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<Access> | null = null;

  /** @param load reads the kubeconfig; called now, so that what it throws can stop a start, and after refusals */
  constructor(load: () => KubeConfig) {
    this.#load = load;
    this.#config = load();
  }

  /** Name and port of the server as last read. */
  get host(): string {
    return this.#access?.host ?? hostOf(this.#config?.getCurrentCluster()?.server ?? '');
  }

  /** @throws CredentialsError */
  async current(): Promise<Access> {
    if (this.#access && performance.now() - this.#readAt < CREDENTIALS_MS) return this.#access;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** The API server refused this access: the next one is read anew, unless that has happened since. */
  refuse(access: Access): void {
    if (this.#access !== access) return;
    this.#config = null;
    this.#access = null;
  }

  /** The server cannot be reached: the kubeconfig may name another by now. Looked at once in a while. */
  doubt(access: Access): void {
    if (performance.now() - this.#doubtedAt < ATTEMPT_MS) return;
    this.#doubtedAt = performance.now();
    this.refuse(access);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#all].map((one) => one[Symbol.asyncDispose]()));
    this.#all.clear();
  }

  async #read(): Promise<Access> {
    try {
      return await this.#readOnce();
    } catch (error) {
      // No cause: logs show causes, and this one may quote what a command printed.
      throw new CredentialsError(reasonOf(error));
    }
  }

  async #readOnce(): Promise<Access> {
    let config = this.#config ?? this.#load();
    let options = await applied(config);
    const key = connectionKey(config, options);
    if (key !== this.#key && config === this.#config && this.#key !== null) {
      // KubeConfig keeps an agent for WebSockets that knows only the certificates it was made with.
      config = this.#load();
      options = await applied(config);
    }
    this.#config = config;
    const server = config.getCurrentCluster()?.server ?? '';
    const connections = this.#connections(key, config, options);
    this.#access = { server, host: hostOf(server), headers: headersOf(options), connections };
    this.#readAt = performance.now();
    return this.#access;
  }

  #connections(key: string, config: KubeConfig, options: RequestOptions): Connections {
    const last = [...this.#all].at(-1);
    if (last && key === this.#key) return last;
    const next = new Connections(config, options);
    this.#all.add(next);
    this.#key = key;
    // Those before are kept until what is under way on them has ended.
    for (const one of this.#all) {
      if (one !== next) void one.retire().then(() => this.#all.delete(one));
    }
    return next;
  }
}

/** Runs what the kubeconfig's user needs: reads files, asks a command or a provider. */
async function applied(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await withTimeout(3 * ATTEMPT_MS, config.applyToHTTPSOptions(options), () => new Error('late'));
  return options;
}

function headersOf({ headers, auth }: RequestOptions): { [name: string]: string } {
  const all: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(headers ?? {})) all[name.toLowerCase()] = String(value).trim();
  if (auth) all['authorization'] = `Basic ${Buffer.from(auth).toString('base64')}`;
  return all;
}

function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).host : 'an unknown address';
}

/** What a provider or command says may hold a secret: only codes and paths get out. */
function reasonOf(error: unknown): string {
  const begin = 'The credentials for the Kubernetes API cannot be read';
  if (error instanceof Error && error.name === 'ConfigError') return `${begin}: ${error.message}.`;
  if (error instanceof Error && 'code' in error && 'path' in error)
    return `${begin}: ${String(error.code)} at ${String(error.path)}.`;
  return `${begin}: the command or provider that the kubeconfig names failed.`;
}

/** API servers close an idle connection after 90 s, load balancers often after 60. */
const KEEP_ALIVE_MS = 50_000;

/** Kept connections to one server with one set of certificates. */
class Connections implements AsyncDisposable {
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
function connectionKey(config: KubeConfig, options: RequestOptions): string {
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
