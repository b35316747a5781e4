import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, Principal, Role } from '../../executions/caller.ts';
import type { Authentication } from '../authenticator.ts';
import type { ByteBudget } from '../budgets.ts';
import { missingRole, unauthenticated } from './http-error.ts';

const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** One HTTP request and its response, with what the edge found out about it. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the bodies of all requests under way are counted by. */
  readonly received: ByteBudget;
  /** Correlates answer, log and error: the client's `x-request-id` when it is a sane one, else a new UUID. */
  readonly id: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Name of the route, for logs and metrics. */
  route = 'none';
  /** What stood in the path where the route has a `:name`. */
  params: Readonly<Record<string, string>> = {};
  /** Who asks, as far as that was looked at. */
  authentication: Authentication = 'none';
  readonly startedAt = performance.now();

  constructor(request: IncomingMessage, response: ServerResponse, received: ByteBudget) {
    this.received = received;
    this.request = request;
    this.response = response;
    const given = request.headers['x-request-id'];
    this.id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?');
    this.path = path;
    this.query = new URLSearchParams(query);
  }

  /** Null while nobody is known. */
  get principal(): Principal | null {
    return typeof this.authentication === 'string' ? null : this.authentication;
  }

  get caller(): Caller | null {
    return this.principal?.name ?? null;
  }

  /** Who asks. @throws HttpError 401 */
  requireCaller(): Caller {
    if (this.caller === null) throw unauthenticated(this.authentication === 'refused');
    return this.caller;
  }

  /** @throws HttpError 401 when nobody is known, 403 when whoever asks has not that role */
  requireRole(role: Role): void {
    this.requireCaller();
    if (!this.principal?.roles.has(role)) throw missingRole(role);
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
