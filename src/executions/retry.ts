import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from './errors.ts';
import type { Logger } from './telemetry.ts';

/** Repeats a store operation while the store is away, for as long as its owner lives. */
export type Retry = <T>(operation: () => Promise<T>) => Promise<T>;

/**
 * Makes one attempt. When the store is away it returns, and the operation is repeated in the background until it is
 * made; what it throws then is logged as `failed`.
 * @throws what the first attempt throws, unless the store is away
 */
export async function nowOrLater(
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

const FIRST_MS = 50;
const LONGEST_MS = 2000;

/**
 * Makes a `Retry` that backs off from 50 ms to 2 s, with jitter. It ends with the operation's own error when that is no
 * `StoreUnavailableError`, or when `givenUp` is aborted.
 */
export function createRetry(givenUp: AbortSignal, logger: Logger): Retry {
  return async (operation) => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await operation();
      } catch (error) {
        if (!(error instanceof StoreUnavailableError) || givenUp.aborted) throw error;
        if (attempt === 0) logger.warn({ reason: error.message }, 'store is away; trying again');
        const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
        await sleep(wait, undefined, { signal: givenUp }).catch(() => {});
      }
    }
  };
}
