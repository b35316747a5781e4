// Simulates a day in a shop's queue and prints a report as JSON; what happens meanwhile goes to stderr.
interface Visit {
  readonly arrived: number;
  readonly served: number;
  readonly took: number;
}

/** Park and Miller's generator: the same numbers everywhere, so that the report can be compared. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 48271) % 2147483647;
    yield state / 2147483647;
  }
}

const next = numbers(2026);
const exponential = (mean: number): number => -mean * Math.log(1 - next.next().value);

const visits: Visit[] = [];
let clock = 0;
let free = 0;
while (clock < 8 * 60) {
  clock += exponential(3);
  const served = Math.max(clock, free);
  const took = exponential(2.4);
  free = served + took;
  visits.push({ arrived: clock, served, took });
  if (visits.length % 40 === 0) console.error(`${visits.length} customers by minute ${clock.toFixed(0)}`);
}

const waits = visits.map((visit) => visit.served - visit.arrived).sort((a, b) => a - b);
const at = (share: number): number => Number((waits[Math.floor(share * (waits.length - 1))] ?? 0).toFixed(2));
console.log(
  JSON.stringify(
    { customers: visits.length, waitMinutes: { median: at(0.5), p95: at(0.95), longest: at(1) }, closedAfter: Number(free.toFixed(1)) },
    null,
    2,
  ),
);
