import { signal } from '@preact/signals';

/** The server cannot be reached; what was asked is asked again at `retryAt` (of `Date.now()`). */
export interface Outage {
  readonly retryAt: number;
}

/** Null while the server answers. */
export const outage = signal<Outage | null>(null);

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

let retryNow = Promise.withResolvers<void>();

/** Ends every wait for the next attempt. */
export function tryNow(): void {
  retryNow.resolve();
  retryNow = Promise.withResolvers();
}
addEventListener('online', tryNow);

/** Notes that the server answered. */
export function noteAnswer(): void {
  outage.value = null;
}

/**
 * Waits before the attempt after `failures` failed ones: half a second, then twice as long each time, with some chance in
 * it, up to 15 s. Shorter when the browser is online again or the reader asks for it.
 * @throws the reason of `signal`
 */
export async function waitForRetry(failures: number, signal: AbortSignal | undefined): Promise<void> {
  const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
  outage.value = { retryAt: Date.now() + ms };
  await Promise.race([sleep(ms, signal), retryNow.promise]);
  signal?.throwIfAborted();
}

/** Resolves after so long, or at once when the signal is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal?.aborted) done();
    else signal?.addEventListener('abort', done, { once: true });
  });
}
