import { expect, test } from 'vitest';
import { ByteBudget } from '../../src/server/budgets.ts';

test('bounds all holders together and each of them', () => {
  const budget = new ByteBudget({ max: 10, maxPerHolder: 6 });
  expect(budget.acquire('a', 6)).toBe(true);
  expect(budget.acquire('a', 1)).toBe(false);
  expect(budget.acquire('b', 5)).toBe(false);
  expect(budget.acquire('b', 4)).toBe(true);
  budget.release('a', 6);
  expect(budget.total).toBe(4);
  expect(budget.acquire('a', 6)).toBe(true);
  budget.release('a', 6);
  budget.release('b', 4);
  expect(budget.total).toBe(0);
});
