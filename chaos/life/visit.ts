import { createClient } from 'graphql-ws/client';
import WebSocket from 'ws';
import type { Replica } from '../replicas/replica.ts';
import { WATCH, type Watched } from './operations.ts';

/** How long a server may take to open a WebSocket and to answer on it, milliseconds. */
const OPEN_MS = 5000;

/**
 * How a WebSocket may close that is neither refused nor ended: it was closed, the server goes away, it had no reason or
 * was cut, the server did not hear of us in time (it was stopped), we left, or we did not hear of the server in time.
 */
const OUTAGES = [1000, 1001, 1005, 1006, 4408, 4499, 4504];

export interface VisitOptions {
  readonly headers: { readonly [name: string]: string };
  readonly id: string;
  readonly after: number;
  readonly next: (event: Watched['output']) => void;
  /** The viewer leaves. */
  readonly leave: AbortSignal;
}

/**
 * One subscription over one WebSocket, to its end, however that comes: resolves to a refusal or a false end that no outage
 * explains, else to null.
 */
export async function visit(
  replica: Pick<Replica, 'url'>,
  { headers, id, after, next, leave }: VisitOptions,
): Promise<string | null> {
  const { promise: over, resolve: end } = Promise.withResolvers<string | null>();
  let hasEnded = false;
  if (leave.aborted) return null;
  leave.addEventListener('abort', () => end(null), { once: true });
  const client = createClient({
    url: `${replica.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: class extends WebSocket {
      constructor(url: string, protocols: string) {
        super(url, protocols, { handshakeTimeout: OPEN_MS });
        // One that is left while it opens says so when nobody listens any more.
        this.on('error', () => {});
        this.on('unexpected-response', (_request, { statusCode }) => {
          end(
            statusCode === 503 || statusCode === 408 ? null : `the upgrade was answered with ${statusCode}`,
          );
          this.terminate();
        });
        this.on('close', (code, reason) => end(OUTAGES.includes(code) ? null : `closed: ${code} ${reason}`));
      }
    },
    connectionParams: headers,
    connectionAckWaitTimeout: OPEN_MS,
    retryAttempts: 0,
  });
  const unsubscribe = client.subscribe<Watched>(
    { query: WATCH, variables: { id, after } },
    {
      next({ data, errors }) {
        if (errors || !data) {
          end(refusalOf(errors));
          return;
        }
        hasEnded ||= data.output.ended;
        next(data.output);
      },
      // Closes are told above.
      error: (error) => Array.isArray(error) && end(refusalOf(error)),
      complete: () => end(hasEnded ? null : 'completed without an end'),
    },
  );
  const refusal = await over;
  client.terminate();
  unsubscribe();
  return refusal;
}

function refusalOf(errors: readonly { message: string; extensions?: object }[] = []): string | null {
  const [{ message, extensions = {} } = { message: 'neither data nor errors' }] = errors;
  const code = 'code' in extensions ? extensions.code : undefined;
  return code === 'UNAVAILABLE' ? null : `${message} (${code})`;
}
