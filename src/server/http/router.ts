import type { Role } from '../../executions/caller.ts';
import type { Exchange } from './exchange.ts';
import { HttpError } from './http-error.ts';

/** One path and what its methods do. */
export interface Route {
  /** For logs and metrics. */
  readonly name: string;
  /**
   * Segments that start with a colon match anything but a slash and are handed over as `params`; a last one that starts
   * with a star matches all that is left.
   */
  readonly path: string;
  /** `open`: anyone; a role: 401 without a valid key, 403 without the role; `own`: the route says itself, after looking closer. */
  readonly access: 'open' | Role | 'own';
  readonly methods: { readonly [method: string]: (exchange: Exchange) => void | Promise<void> };
}

/**
 * The handler for the request, with route and params set on the exchange.
 * @throws HttpError 404 for an unknown path, 405 with `allow` for a known one with another method
 */
export function findHandler(
  routes: readonly Route[],
  exchange: Exchange,
): { route: Route; handle: () => void | Promise<void> } {
  const segments = exchange.path.split('/');
  for (const route of routes) {
    const params = match(route.path.split('/'), segments);
    if (params === null) continue;
    exchange.route = route.name;
    exchange.params = params;
    const method = exchange.request.method ?? '';
    const handler = Object.hasOwn(route.methods, method) ? route.methods[method] : undefined;
    if (handler) return { route, handle: () => handler(exchange) };
    const allow = Object.keys(route.methods).join(', ');
    throw new HttpError(405, 'METHOD_NOT_ALLOWED', `Expected ${allow} for ${route.path}, got ${method}.`, {
      allow,
    });
  }
  throw new HttpError(404, 'NOT_FOUND', 'There is no such route. GraphQL is at /graphql.');
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  const hasRest = pattern.at(-1)?.startsWith('*') === true;
  if (hasRest ? segments.length < pattern.length : pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (expected.startsWith('*')) {
      params[expected.slice(1)] = segments.slice(index).join('/');
    } else if (expected.startsWith(':')) {
      if (segment === '') return null;
      params[expected.slice(1)] = segment;
    } else if (expected !== segment) {
      return null;
    }
  }
  return params;
}
