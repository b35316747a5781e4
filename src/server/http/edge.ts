import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../../executions/telemetry.ts';
import { type Addresses, applyCors } from '../addresses.ts';
import type { Authenticator } from '../authenticator.ts';
import type { ByteBudget } from '../budgets.ts';
import type { Metrics } from '../metrics.ts';
import { Exchange } from './exchange.ts';
import { asHttpError, ClientGoneError, HttpError, isClientGone } from './http-error.ts';
import { replyJson } from './reply.ts';
import { findHandler, type Route } from './router.ts';
import { normalizeRequest } from './target.ts';

export interface EdgeOptions {
  readonly routes: readonly Route[];
  readonly addresses: Addresses;
  readonly authenticator: Authenticator;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Bytes of bodies held in memory, by caller. */
  readonly received: ByteBudget;
  /** Whether connections may be used again; not while closing. */
  readonly keepsConnections: () => boolean;
}

/** What every HTTP request goes through: who may ask, which route, what becomes of errors, one line in the log. */
export class Edge {
  readonly #options: EdgeOptions;

  constructor(options: EdgeOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = normalizeRequest(request);
    const exchange = new Exchange(request, response, this.#options.received);
    response.once('close', () => this.#record(exchange));
    try {
      response.setHeader('x-request-id', exchange.id);
      response.setHeader('x-content-type-options', 'nosniff');
      if (!this.#options.keepsConnections()) response.setHeader('connection', 'close');
      if (refusal !== null) throw refusal;
      await this.#route(exchange);
    } catch (error) {
      this.#answerError(exchange, error);
    }
  }

  async #route(exchange: Exchange): Promise<void> {
    const { addresses, authenticator, routes } = this.#options;
    addresses.check(exchange.request);
    if (applyCors(addresses, exchange)) return;
    const { route, handle } = findHandler(routes, exchange);
    const { authorization } = exchange.request.headers;
    exchange.authentication = await authenticator.authenticate({ authorization });
    // What reads the request or frees something at its end would wait for what has happened.
    if (exchange.response.destroyed) throw new ClientGoneError('The client closed the connection.');
    checkAccess(route, exchange);
    await handle();
  }

  #answerError(exchange: Exchange, error: unknown): void {
    const { response } = exchange;
    if (isClientGone(error, response)) return;
    const { status, code, message, headers } = asHttpError(error) ?? this.#mask(exchange, error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    replyJson(response, status, bodyOf(exchange, code, message), headers);
  }

  /** A defect: logged here, once; the client gets the id to report it by. */
  #mask(exchange: Exchange, error: unknown): HttpError {
    this.#options.logger.error(
      { err: error, requestId: exchange.id, route: exchange.route },
      'request failed',
    );
    const message = `Something went wrong on our side. Give this id when you report it: ${exchange.id}`;
    return new HttpError(500, 'INTERNAL_SERVER_ERROR', message);
  }

  #record(exchange: Exchange): void {
    const { logger, metrics } = this.#options;
    const { response, request, route } = exchange;
    const ms = performance.now() - exchange.startedAt;
    const method = METHODS.has(request.method ?? '') ? (request.method ?? '') : 'other';
    if (!STREAMS.has(route)) metrics.request(route, method, response.statusCode, ms);
    const fields = {
      requestId: exchange.id,
      route,
      method,
      status: response.statusCode,
      ms: Math.round(ms * 10) / 10,
      caller: exchange.caller,
      ...(exchange.params['id'] === undefined ? {} : { executionId: exchange.params['id'].slice(0, 64) }),
      ...(response.writableFinished ? {} : { cut: true }),
    };
    if (response.statusCode >= 400 && !PROBES.has(route)) logger.info(fields, 'request');
    else logger.debug(fields, 'request');
  }
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS']);
const STREAMS = new Set(['stream', 'graphql-events', 'file']);
const PROBES = new Set(['livez', 'readyz', 'health']);

/** @throws HttpError 401, 403 */
function checkAccess({ access }: Route, exchange: Exchange): void {
  if (access === 'open') return;
  if (access !== 'own') exchange.requireRole(access);
  // A wrong key is told even where none is needed: whoever sends one expects it to count.
  else if (exchange.authentication === 'refused') exchange.requireCaller();
}

/** GraphQL clients look for errors where GraphQL has them. */
function bodyOf({ path }: Exchange, code: string, message: string): unknown {
  return path === '/graphql' ? { errors: [{ message, extensions: { code } }] } : { error: message };
}
