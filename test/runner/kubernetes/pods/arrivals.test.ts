import { expect, test } from 'vitest';
import { Arrivals } from '../../../../src/runner/kubernetes/pods/arrivals.ts';

test('attempts gather around the time that pods have taken', () => {
  const arrivals = new Arrivals();
  for (let turn = 0; turn < 50; turn++) arrivals.took(2000);
  const [first = 0, ...more] = arrivals.tries;
  expect(first).toBeLessThan(2000);
  expect(more.at(-1)).toBeGreaterThan(2000);
  expect(arrivals.tries).toEqual(arrivals.tries.toSorted((one, other) => one - other));
});

test('what is found at the first attempt is tried for earlier the next time, and not at once', () => {
  const arrivals = new Arrivals();
  const [before = 0] = arrivals.tries;
  arrivals.took(before);
  expect(arrivals.tries[0]).toBeLessThan(before);
  for (let turn = 0; turn < 50; turn++) arrivals.took(0);
  expect(arrivals.tries[0]).toBeGreaterThan(50);
});

test('one that took an hour does not keep the next from being tried for', () => {
  const arrivals = new Arrivals();
  arrivals.took(3_600_000);
  expect(arrivals.tries.at(-1)).toBeLessThan(10_000);
});
