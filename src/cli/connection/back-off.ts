const FIRST_MS = 100;
const LONGEST_MS = 5000;

/**
 * Milliseconds to wait before attempt number `attempt` + 1: doubled each time from 100 ms up to 5 s, between half and the
 * whole of it at random, so that a server which comes back does not meet all its viewers at once.
 */
export function backOff(attempt: number, random: () => number = Math.random): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return longest * (0.5 + random() / 2);
}
