import { UsageError } from '../errors.ts';

/** Where a Podline is, and who asks it. */
export interface Endpoint {
  /** Of the GraphQL endpoint, `http` or `https`. */
  readonly url: string;
  readonly apiKey: string | null;
}

/** An endpoint, and what it takes to keep it there. */
export interface Connection extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** Whether the service runs in this process: it and its records end with the command. */
  readonly isOwn: boolean;
}

/** Where `npm start` listens unless told otherwise. */
export const DEFAULT_URL = 'http://127.0.0.1:5000';

/**
 * `http://host:5000`, with or without a path prefix and `/graphql` → the endpoint's URL.
 * @param source where the text came from, for the error: `--url` or `PODLINE_URL`
 * @throws UsageError
 */
export function parseUrl(source: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${source} takes a URL such as ${DEFAULT_URL}, got ${JSON.stringify(text)}.`);
  }
  if (url.username || url.password) {
    throw new UsageError(`${source} takes no user name or password; give the API key with PODLINE_API_KEY.`);
  }
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith('/graphql') ? path : `${path}/graphql`;
  url.search = '';
  url.hash = '';
  return url.href;
}

/** The server's address as a person would write it: without `/graphql`. */
export function displayUrl(url: string): string {
  return url.replace(/\/graphql$/, '');
}
