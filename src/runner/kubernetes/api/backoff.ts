import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 200;
const LONGEST_MS = 10_000;

/** Pauses for half to the whole of 0.2 s doubled with each failure, up to 10 s. Ends early, without an error, by `signal`. */
export async function backOff(failures: number, signal: AbortSignal, atLeastMs = 0): Promise<void> {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  await pause(Math.max(Math.min(atLeastMs, LONGEST_MS), longest * (0.5 + Math.random() / 2)), signal);
}

/** Ends early, without an error, when `signal` is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
