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

interface RetryWhileOptions {
  /** Whether an error may pass by itself; any other ends the retries. */
  readonly isTransient: (error: unknown) => boolean;
  /** How long the operation may go on failing, from its first failure, milliseconds. */
  readonly graceMs: number;
  /** Between two attempts, milliseconds. */
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

/**
 * What `operation` gives, retried while it fails for a moment.
 * @throws what the operation throws: a transient error only after `graceMs`, or when the signal aborts
 */
export async function retryWhile<T>(operation: () => Promise<T>, options: RetryWhileOptions): Promise<T> {
  const { isTransient, graceMs, intervalMs, signal } = options;
  let failingSince: number | null = null;
  for (;;) {
    try {
      return await operation();
    } catch (error) {
      const now = performance.now();
      failingSince ??= now;
      if (!isTransient(error) || now - failingSince > graceMs || signal.aborted) throw error;
      // An abort gives the error that was waited out, which says more than the abort.
      if (!(await sleep(intervalMs, signal))) throw error;
    }
  }
}
