import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryWhileOptions {
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
      await sleep(intervalMs, undefined, { signal, ref: false }).catch(() => Promise.reject(error));
    }
  }
}
