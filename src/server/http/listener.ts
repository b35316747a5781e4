import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

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
  endSoon(socket, `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
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

/**
 * The server's open connections, upgraded ones and those of refused upgrades among them: Node forgets them as soon as they
 * speak another protocol, and waits for them all the same.
 */
export function trackConnections(server: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return connections;
}

/**
 * Stops listening and resolves when the last connection is gone. Requests under way after `graceMs` are cut, and whatever
 * else there is as soon as WebSockets had their time to say goodbye too. Closing twice is harmless.
 */
export function closeListener(
  server: Server,
  connections: ReadonlySet<Socket>,
  graceMs: number,
): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    const timers = [
      setTimeout(() => server.closeAllConnections(), graceMs),
      setTimeout(
        () => {
          for (const socket of connections) socket.destroy();
        },
        Math.max(graceMs, UPGRADED_MS),
      ),
    ];
    // A connection that has just answered its last request is idle from then on.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    server.close(() => {
      for (const timer of timers) clearTimeout(timer);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}

const SWEEP_MS = 50;
/** What upgraded connections get at the least, milliseconds; longer than a WebSocket may take to answer our close. */
const UPGRADED_MS = 3000;

/** How long the other side may take to read a last answer and close, milliseconds. */
const LINGER_MS = 1000;

/**
 * Writes a last answer to a socket that no server looks after any more, and closes it. Destroying it at once would reset
 * the connection while the client still sends, and many clients then throw the answer away; so what comes is read and thrown
 * away until the client closes too, or its time is over. Unread, its end would never be seen, and the socket stay for ever.
 */
export function endSoon(socket: Duplex, answer: string): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.on('error', () => socket.destroy());
  socket.end(answer);
  socket.resume();
}
