import { expect, test } from 'vitest';
import { median, summarize } from '../../../bench/figures/quantiles.ts';

test('quantiles of a hundred and one samples are the samples themselves', () => {
  const samples = Array.from({ length: 101 }, (_, index) => 100 - index);
  expect(summarize(samples)).toEqual({ count: 101, p50: 50, p95: 95, p99: 99, least: 0, most: 100 });
});

test('between two samples the value is interpolated', () => {
  expect(median([3, 1])).toBe(2);
  expect(summarize([10, 20]).p95).toBeCloseTo(19.5);
});

test('without samples there is nothing to tell', () => {
  expect(() => median([])).toThrow(RangeError);
});
