import type { Server } from 'node:http';

/**
 * Stops listening and resolves when the last connection is gone; what is left after `graceMs` is cut. Closing twice is
 * harmless.
 */
export function closeListener(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection that has just answered its last request is idle from then on.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    server.close(() => {
      clearTimeout(timer);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}

const SWEEP_MS = 50;
