import type { IncomingMessage } from 'node:http';
import { badRequest, type HttpError } from './http-error.ts';

/** Headers that say one thing each: of two of them a proxy may have believed the other one (RFC 9110, 5.3). */
const SINGLE = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'idempotency-key',
  'last-event-id',
  'origin',
]);

/** scheme://authority, then path and query, which may be missing. */
const ABSOLUTE = /^https?:\/\/([^/?#]*)([^#]*)/i;

/**
 * Brings a request into the form that all else expects: a target in absolute form (RFC 9112, 3.2.2) becomes its path, and
 * its authority the Host, whatever the header says. Returns why the request is refused: it says something twice, or to
 * nobody.
 */
export function normalizeRequest(request: IncomingMessage): HttpError | null {
  const repeated = repeatedHeader(request.rawHeaders);
  if (repeated !== null) return badRequest(`Expected one ${repeated} header, got several.`);
  const url = request.url ?? '';
  if (url.startsWith('/')) return null;
  const [, authority, rest] = ABSOLUTE.exec(url) ?? [];
  if (authority === undefined || rest === undefined) return null;
  if (authority === '' || authority.includes('@'))
    return badRequest('Expected a target with a host and without a user, got another.');
  request.headers.host = authority;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
  return null;
}

function repeatedHeader(rawHeaders: readonly string[]): string | null {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (!SINGLE.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}
