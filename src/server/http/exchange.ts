import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../../executions/caller.ts';
import { unauthenticated } from './http-error.ts';

const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** One HTTP request and its response, with what the edge found out about it. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Correlates answer, log and error: the client's `x-request-id` when it is a sane one, else a new UUID. */
  readonly id: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Name of the route, for logs and metrics. */
  route = 'none';
  /** What stood in the path where the route has a `:name`. */
  params: Readonly<Record<string, string>> = {};
  /** Null while nobody is known. */
  caller: Caller | null = null;
  readonly startedAt = performance.now();

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request;
    this.response = response;
    const given = request.headers['x-request-id'];
    this.id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?');
    this.path = path;
    this.query = new URLSearchParams(query);
  }

  /** Who asks. @throws HttpError 401 */
  requireCaller(): Caller {
    if (this.caller === null) throw unauthenticated();
    return this.caller;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
