import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when all of them have settled, after `longestMs` at the latest. Never rejects. */
export async function settledWithin(longestMs: number, all: Iterable<Promise<unknown>>): Promise<void> {
  const limit = new AbortController();
  const late = sleep(longestMs, undefined, { signal: limit.signal }).catch(() => {});
  await Promise.race([Promise.allSettled(all), late]);
  limit.abort();
}
