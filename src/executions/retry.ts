import { backOffMs } from '../async/back-off.ts';
import { sleep } from '../async/sleep.ts';
import { StoreUnavailableError } from './errors.ts';
import type { Logger } from './telemetry.ts';

/** Retries a store operation while the store is away, until it is closed with its owner. */
export type Retry = <T>(operation: () => Promise<T>) => Promise<T>;

/**
 * Tries once. When the store is away it returns, and the operation is retried in the background until it succeeds; any
 * other error of a retry is logged as `failed`.
 * @throws what the first attempt throws, unless the store is away
 */
export async function tryThenRetry(
  retry: Retry,
  operation: () => Promise<void>,
  logger: Logger,
  failed: string,
): Promise<void> {
  try {
    await operation();
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    retry(operation).catch((err: unknown) => logger.error({ err }, failed));
  }
}

const BOUNDS = { firstMs: 50, maxMs: 2000 };

/**
 * Makes a `Retry` that backs off from 50 ms to 2 s, with jitter. It ends with the operation's own error when that is no
 * `StoreUnavailableError`, or when `givenUp` is aborted.
 */
export function createRetry(givenUp: AbortSignal, logger: Logger): Retry {
  return async (operation) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await operation();
      } catch (error) {
        if (!(error instanceof StoreUnavailableError) || givenUp.aborted) throw error;
        if (attempt === 1) logger.warn({ reason: error.message }, 'store is away; trying again');
        await sleep(backOffMs(attempt, BOUNDS), givenUp);
      }
    }
  };
}
