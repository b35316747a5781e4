import { expect, test } from 'vitest';
import { backoffMs } from '../../src/runner/backoff.ts';

const bounds = { firstMs: 100, longestMs: 1000 };

test('doubles with each failure, up to the longest', () => {
  const longest = [1, 2, 3, 4, 5, 1000].map((failures) => backoffMs(failures, bounds, () => 1));
  expect(longest).toEqual([100, 200, 400, 800, 1000, 1000]);
});

test('is half of that at the least', () => {
  expect(backoffMs(3, bounds, () => 0)).toBe(200);
});
