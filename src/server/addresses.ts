import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Config } from '../config.ts';
import type { Exchange } from './http/exchange.ts';
import { HttpError } from './http/http-error.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const WILDCARD = ['0.0.0.0', '::', ''];

/**
 * Which names the server answers to and which browser pages may talk to it.
 *
 * Host: a page of another site whose name was pointed at our address (DNS rebinding) shows that name here. Loopback
 * names, the bound address and ALLOWED_HOSTS pass; when bound to all addresses, any IP address does, since an address
 * cannot be rebound.
 *
 * Origin: browsers send it with whatever could change something, and with every WebSocket. Our own origin and
 * ALLOWED_ORIGINS pass, and so does a request without one.
 */
export class Addresses {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #anyAddress: boolean;
  readonly #trustProxy: boolean;

  constructor(config: Pick<Config, 'host' | 'allowedHosts' | 'allowedOrigins' | 'trustProxy'>) {
    const bound = isIP(config.host) === 6 ? `[${config.host}]` : config.host;
    this.#hosts = new Set([...LOOPBACK, bound, ...config.allowedHosts].map((host) => host.toLowerCase()));
    this.#origins = new Set(config.allowedOrigins.map((origin) => origin.toLowerCase()));
    this.#anyAddress = WILDCARD.includes(config.host);
    this.#trustProxy = config.trustProxy;
  }

  /** @throws HttpError 403 */
  check(request: IncomingMessage): void {
    const host = this.#hostOf(request);
    if (host === undefined || !this.#isAllowedHost(host.toLowerCase())) {
      throw forbidden(`Expected a Host that this server answers to (ALLOWED_HOSTS), got ${shown(host)}.`);
    }
    const { origin } = request.headers;
    if (origin === undefined || this.isAllowedOrigin(origin)) return;
    if (origin.toLowerCase() === this.#ownOrigin(request, host)) return;
    throw forbidden(`Expected a page of this server or of ALLOWED_ORIGINS, got the origin ${shown(origin)}.`);
  }

  /** Whether a page of that other origin may read our answers. */
  isAllowedOrigin(origin: string): boolean {
    return this.#origins.has(origin.toLowerCase());
  }

  get hasAllowedOrigins(): boolean {
    return this.#origins.size > 0;
  }

  #hostOf(request: IncomingMessage): string | undefined {
    return (
      (this.#trustProxy ? first(request.headers['x-forwarded-host']) : undefined) ?? request.headers.host
    );
  }

  #ownOrigin(request: IncomingMessage, host: string): string {
    const protocol = this.#trustProxy ? first(request.headers['x-forwarded-proto']) : undefined;
    return `${protocol ?? 'http'}://${host}`.toLowerCase();
  }

  #isAllowedHost(host: string): boolean {
    const name = host.replace(/:\d*$/, '');
    if (this.#hosts.has(name) || this.#hosts.has(host)) return true;
    return this.#anyAddress && isIP(name.replace(/^\[|\]$/g, '')) !== 0;
  }
}

/** The proxy nearest to the client comes first. */
function first(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  return text?.split(',', 1)[0]?.trim() || undefined;
}

function forbidden(message: string): HttpError {
  return new HttpError(403, 'FORBIDDEN', message);
}

function shown(value: string | undefined): string {
  return value === undefined ? 'none' : JSON.stringify(value.slice(0, 100));
}

const METHODS = 'GET, POST, DELETE';
const REQUEST_HEADERS = 'authorization, content-type, idempotency-key, last-event-id, x-request-id';
const RESPONSE_HEADERS = 'x-request-id, retry-after';
/** How long a browser may remember the answer to a preflight, seconds. */
const MAX_AGE = 600;

/**
 * Lets pages of ALLOWED_ORIGINS read our answers, each origin by name, never with cookies. Without the setting no
 * header is ever sent. Returns true when the request was a preflight and has been answered.
 */
export function applyCors(addresses: Addresses, exchange: Exchange): boolean {
  if (!addresses.hasAllowedOrigins) return false;
  const { request, response } = exchange;
  response.setHeader('vary', 'origin');
  const { origin } = request.headers;
  if (origin === undefined || !addresses.isAllowedOrigin(origin)) return false;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', RESPONSE_HEADERS);
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined)
    return false;
  exchange.route = 'preflight';
  response.writeHead(204, {
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': REQUEST_HEADERS,
    'access-control-max-age': String(MAX_AGE),
  });
  response.end();
  return true;
}
