import { createClient } from 'graphql-ws/client';
import WebSocket from 'ws';
import type { Replica } from '../replicas/replica.ts';
import { WATCH, type Watched } from './operations.ts';

/** How long a server may take to open a WebSocket and to answer on it, milliseconds. */
const OPEN_MS = 5000;

export interface VisitOptions {
  readonly headers: { readonly [name: string]: string };
  readonly id: string;
  readonly after: number;
  readonly next: (event: Watched['output']) => void;
  /** The viewer leaves. */
  readonly leave: AbortSignal;
}

/**
 * One subscription over one WebSocket, to its end, however that comes: resolves to a refusal that no outage explains,
 * else to null.
 */
export async function visit(
  replica: Replica,
  { headers, id, after, next, leave }: VisitOptions,
): Promise<string | null> {
  let refusal: string | null = null;
  const client = createClient({
    url: `${replica.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: class extends WebSocket {
      constructor(url: string, protocols: string) {
        super(url, protocols, { handshakeTimeout: OPEN_MS });
        // One that is left while it opens says so when nobody listens any more.
        this.on('error', () => {});
      }
    },
    connectionParams: headers,
    connectionAckWaitTimeout: OPEN_MS,
    retryAttempts: 0,
  });
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  if (leave.aborted) return null;
  leave.addEventListener('abort', () => end(), { once: true });
  const unsubscribe = client.subscribe<Watched>(
    { query: WATCH, variables: { id, after } },
    {
      next({ data, errors }) {
        const [error] = errors ?? [];
        const code = error?.extensions?.['code'];
        if (error && code !== 'UNAVAILABLE') refusal = `${error.message} (${code})`;
        if (error || !data) end();
        else next(data.output);
      },
      error(error) {
        refusal ??= refusalOf(error);
        end();
      },
      complete: () => end(),
    },
  );
  await over;
  client.terminate();
  unsubscribe();
  return refusal;
}

/** GraphQL errors are an answer; everything else is a connection that was cut. */
function refusalOf(error: unknown): string | null {
  if (!Array.isArray(error)) return null;
  const [first] = error;
  const code = first?.extensions?.code;
  return code === 'UNAVAILABLE' ? null : `${first?.message} (${code})`;
}
