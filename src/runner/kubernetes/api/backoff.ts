import { backoffMs } from '../../backoff.ts';
import { pause } from '../../pause.ts';

const BOUNDS = { firstMs: 200, longestMs: 10_000 };

/** Waits until the next attempt: 0.2 to 10 s, by the failures in a row. Ends early, without an error, by `signal`. */
export async function backOff(failures: number, signal: AbortSignal, atLeastMs = 0): Promise<void> {
  const least = Math.min(atLeastMs, BOUNDS.longestMs);
  await pause(Math.max(least, backoffMs(failures, BOUNDS)), signal);
}
