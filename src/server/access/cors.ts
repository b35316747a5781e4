import type { Exchange } from '../http/exchange.ts';
import type { Addresses } from './addresses.ts';

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
