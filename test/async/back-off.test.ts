import { expect, test } from 'vitest';
import { backOffMs } from '../../src/async/back-off.ts';

const bounds = { firstMs: 100, maxMs: 1000 };

test('doubles with each failure, up to the longest', () => {
  const longest = [1, 2, 3, 4, 5, 1000].map((failures) => backOffMs(failures, bounds, () => 1));
  expect(longest).toEqual([100, 200, 400, 800, 1000, 1000]);
});

test('is half of that at the least', () => {
  expect(backOffMs(3, bounds, () => 0)).toBe(200);
});
