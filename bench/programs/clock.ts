/**
 * A clock that processes of one machine agree on to some microseconds: the monotonic clock, moved to where the wall
 * clock is when its millisecond changes. The programs that print the time do the same.
 * @returns a function that tells milliseconds since 1970, with fractions
 */
export function calibratedClock(): () => number {
  let offset = Number.NEGATIVE_INFINITY;
  for (let time = 0; time < 5; time++) {
    const before = Date.now();
    let tick = before;
    while (tick === before) tick = Date.now();
    offset = Math.max(offset, tick - performance.now());
  }
  return () => offset + performance.now();
}
