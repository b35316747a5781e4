export interface BackoffBounds {
  /** The longest pause after the first failure, milliseconds. */
  readonly firstMs: number;
  /** The longest of all, milliseconds. */
  readonly longestMs: number;
}

/**
 * How long to wait before another attempt, milliseconds: half to the whole of `firstMs`, doubled with each failure after
 * the first. By chance, so that those who failed together do not try again together.
 * @param failures in a row, from 1
 */
export function backoffMs(
  failures: number,
  { firstMs, longestMs }: BackoffBounds,
  random: () => number = Math.random,
): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30)) * (0.5 + random() / 2);
}
