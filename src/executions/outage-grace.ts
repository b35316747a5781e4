import { retryWhile } from '../async/retry-while.ts';
import { StoreUnavailableError } from './errors.ts';

/** How long the store may be away before viewers get an error, milliseconds: longer than an election or a restart. */
const OUTAGE_GRACE_MS = 60_000;
const RETRY_INTERVAL_MS = 250;

/**
 * What `read` gives, for a viewer. An outage of the store is waited for like a program that prints nothing: the viewer's
 * stream stays open.
 * @param left aborted when the viewer has left
 * @throws what `read` throws; `StoreUnavailableError` only after `OUTAGE_GRACE_MS`, or when the viewer has left
 */
export function withOutageGrace<T>(read: () => Promise<T>, left: AbortSignal): Promise<T> {
  return retryWhile(read, {
    isTransient: (error) => error instanceof StoreUnavailableError,
    graceMs: OUTAGE_GRACE_MS,
    intervalMs: RETRY_INTERVAL_MS,
    signal: left,
  });
}
