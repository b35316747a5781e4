/**
 * Lists are ordered by id, filters go by creation time. A UUIDv7 begins with its time, so a bound on createdAt is a
 * bound on the id, as far apart as the two ever were: each store records that (`skew`), hence the filter is exact
 * whatever ids and clocks do, and fast as long as they agree.
 */

/** A distance up to this is always allowed for and not recorded, milliseconds. */
export const USUAL_SKEW_MS = 10;

/** Recorded for an id that holds no time: no bound follows from createdAt any more. */
export const NO_BOUND_MS = Number.MAX_SAFE_INTEGER;

const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const MAX_TIME = 2 ** 48 - 1;

/** Milliseconds to record for a new execution; 0 for none. */
export function recordedSkew(id: string, createdAt: number): number {
  const match = UUID_V7.exec(id);
  if (match === null) return NO_BOUND_MS;
  const skew = Math.ceil(Math.abs(Number.parseInt(`${match[1]}${match[2]}`, 16) - createdAt));
  return skew <= USUAL_SKEW_MS ? 0 : skew;
}

/** Ids from `low` on and below `high`. */
export interface IdRange {
  readonly low: string;
  readonly high: string;
}

const BELOW_ALL = '';
/** Sorts after every text. */
const ABOVE_ALL = '\u{10FFFF}';

/** Where the ids below `before` of all executions created strictly between the two times lie. */
export function idRange(
  before: string | undefined,
  createdAfter: number | undefined,
  createdBefore: number | undefined,
  skewMs: number,
): IdRange {
  const low = createdAfter === undefined ? BELOW_ALL : prefix(Math.floor(createdAfter - skewMs), BELOW_ALL);
  const high =
    createdBefore === undefined ? ABOVE_ALL : prefix(Math.ceil(createdBefore + skewMs) + 1, ABOVE_ALL);
  return { low, high: before !== undefined && before < high ? before : high };
}

/** What ids of that time begin with; `outside` for a time that no id can hold. */
function prefix(time: number, outside: string): string {
  if (!(time >= 0 && time <= MAX_TIME)) return outside;
  const digits = time.toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
}
