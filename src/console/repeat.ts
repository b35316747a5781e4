import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { sleep } from './api/outage.ts';
import { RefusedError, serverAheadMs } from './api/request.ts';

/**
 * The time on the server's clock, milliseconds since 1970, drawn anew every `everyMs` while it moves on.
 * @param moves whether anything is shown that changes with it
 */
export function useServerTime(moves: boolean, everyMs: number): number {
  const now = useSignal(Date.now());
  useEffect(() => {
    if (!moves) return;
    now.value = Date.now();
    const timer = setInterval(() => {
      now.value = Date.now();
    }, everyMs);
    return () => clearInterval(timer);
  }, [moves]);
  return now.value + serverAheadMs;
}

/** What is read again and again while somebody looks. */
export interface Polled<T> {
  /** Null until it was read. */
  readonly value: ReadonlySignal<T | null>;
  /** Why the server refuses to tell it; null when it does. */
  readonly failure: ReadonlySignal<string | null>;
}

/**
 * Reads at once and then every `everyMs`, for as long as the page is shown and in sight.
 * @param key another one begins anew
 */
export function usePolled<T>(
  read: (signal: AbortSignal) => Promise<T>,
  everyMs: number,
  key: string,
): Polled<T> {
  const value = useSignal<T | null>(null);
  const failure = useSignal<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    value.value = null;
    failure.value = null;
    const poll = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        if (document.visibilityState === 'visible' || value.peek() === null)
          value.value = await read(stop.signal);
        await sleep(everyMs, stop.signal);
      }
    };
    poll().catch((error: unknown) => {
      if (stop.signal.aborted) return;
      if (!(error instanceof RefusedError)) throw error;
      failure.value = error.message;
    });
    return () => stop.abort();
  }, [key]);
  return { value, failure };
}
