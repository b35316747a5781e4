import { InvalidInputError } from '../errors.ts';
import type { Limits } from '../execution.ts';
import type { RuntimeInfo } from '../runner.ts';
import type { ExecuteInput } from './input.ts';

export const LIMIT_NAMES = [
  'timeoutMs',
  'memoryMb',
  'cpuMillis',
  'outputBytes',
] as const satisfies (keyof Limits)[];

/** The limits asked for, the language's defaults where none was. @throws InvalidInputError outside the language's bounds */
export function parseLimits(asked: ExecuteInput['limits'], runtime: RuntimeInfo): Limits {
  const limits = { ...runtime.defaults };
  for (const name of LIMIT_NAMES) {
    const value = asked?.[name];
    if (value === null || value === undefined) continue;
    const [least, most] = [runtime.minimums[name], runtime.maximums[name]];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidInputError(
        `limits.${name}`,
        `limits.${name}: expected a whole number from ${least} to ${most} for ${runtime.language}, got ${value}`,
      );
    }
    limits[name] = value;
  }
  return limits;
}
