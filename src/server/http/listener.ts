import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Time limits of connections, milliseconds. */
export interface Timeouts {
  /** For a request's headers to arrive: a client that dribbles them holds no connection. */
  readonly headersMs: number;
  /** For a whole request to arrive, body included. */
  readonly requestMs: number;
  /** For an idle connection; longer than load balancers keep theirs (60 s), so that they never use one we are closing. */
  readonly keepAliveMs: number;
  /**
   * For a connection on which nothing moves while a request is under way: a client that does not read its answer would
   * hold it in memory for ever. Longer than the keep-alive of event streams, which counts as movement while it is read.
   */
  readonly stalledMs: number;
}

export const TIMEOUTS: Timeouts = {
  headersMs: 20_000,
  requestMs: 120_000,
  keepAliveMs: 75_000,
  stalledMs: 120_000,
};

/** How often connections are held against the limits, milliseconds. */
const CHECK_MS = 5000;
/** How long a connection is quiet before TCP asks whether the other side is still there, milliseconds. */
const PROBE_MS = 60_000;

/** A server that takes WebSocket upgrades and no others: a client that offers h2c is answered in HTTP/1.1. */
export function createListener(maxConnections: number, timeouts: Timeouts): Server {
  const server = createServer({
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, timeouts.headersMs),
    keepAlive: true,
    keepAliveInitialDelay: PROBE_MS,
    noDelay: true,
    shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
  });
  server.timeout = timeouts.stalledMs;
  server.maxConnections = maxConnections;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuse(error, socket));
  return server;
}

/** Answers what is no HTTP request, as far as anybody listens. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

const STATUS: { readonly [code: string]: string } = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Starts listening and says where. @throws what the operating system says, such as EADDRINUSE */
export function listen(server: Server, host: string, port: number): Promise<{ url: string }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      const address = server.address();
      if (isBound(address)) resolve({ url: `http://${hostOf(address)}:${address.port}` });
      else reject(new Error(`Expected ${host}:${port} to be bound, got ${JSON.stringify(address)}.`));
    });
  });
}

function isBound(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

function hostOf({ address, family }: AddressInfo): string {
  if (address === '::' || address === '0.0.0.0') return 'localhost';
  return family === 'IPv6' ? `[${address}]` : address;
}
