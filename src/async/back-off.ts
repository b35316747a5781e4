export interface BackOffBounds {
  /** The longest pause after the first failure, milliseconds. */
  readonly firstMs: number;
  /** The longest pause of all, milliseconds. */
  readonly maxMs: number;
}

/**
 * How long to wait before another attempt, milliseconds: half to the whole of `firstMs`, doubled with each failure after
 * the first, up to `maxMs`. The jitter keeps those who failed together from trying again together.
 * @param failures in a row, from 1
 * @param random from 0 to 1
 */
export function backOffMs(
  failures: number,
  { firstMs, maxMs }: BackOffBounds,
  random: () => number = Math.random,
): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30)) * (0.5 + random() / 2);
}
