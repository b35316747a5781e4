import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Settles as `work` does, or rejects after `ms` with what `onTimeout` returns. Work that is late goes on; what it throws
 * then is dropped.
 * @param onTimeout called at the time limit only, so it may also cancel the work
 */
export async function withTimeout<T>(ms: number, work: Promise<T>, onTimeout: () => Error): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(onTimeout()), ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}

/** Resolves when all of them have settled, after `ms` at the latest. Never rejects. */
export async function allSettledWithin(ms: number, all: Iterable<Promise<unknown>>): Promise<void> {
  const limit = new AbortController();
  const late = sleep(ms, undefined, { signal: limit.signal }).catch(() => {});
  await Promise.race([Promise.allSettled(all), late]);
  limit.abort();
}
