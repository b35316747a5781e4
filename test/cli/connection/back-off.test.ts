import { expect, it } from 'vitest';
import { backOff } from '../../../src/cli/connection/back-off.ts';

it('doubles from 100 ms up to 5 s, between half and the whole', () => {
  const longest = [1, 2, 3, 4, 5, 6, 7, 20].map((attempt) => backOff(attempt, () => 1));
  expect(longest).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  expect(backOff(3, () => 0)).toBe(200);
});
