import type { Config } from '../config.ts';

/**
 * How many executions of one caller may be under way at once: what is configured, else half of all, rounded up, so that
 * room is left for others. Where no other caller can be (no keys, or all under one name) the room would only lie idle:
 * then all of it.
 * @param maxRunning executions of all callers under way at once
 */
export function runningPerCaller(
  { maxRunningPerCaller, apiKeys }: Pick<Config, 'maxRunningPerCaller' | 'apiKeys'>,
  maxRunning: number,
): number {
  if (maxRunningPerCaller !== null) return maxRunningPerCaller;
  const names = new Set(apiKeys.map(({ name }) => name));
  return names.size > 1 ? Math.ceil(maxRunning / 2) : maxRunning;
}
