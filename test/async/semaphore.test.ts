import { expect, it } from 'vitest';
import { Semaphore } from '../../src/async/semaphore.ts';

it('gives out as many permits as it has, then the next one when one is released, in turn', async () => {
  const semaphore = new Semaphore(1, 600_000);
  const first = await semaphore.acquire();
  const order: string[] = [];
  const second = semaphore.acquire().then((permit) => {
    order.push('second');
    return permit;
  });
  const third = semaphore.acquire().then((permit) => {
    order.push('third');
    return permit;
  });
  first?.[Symbol.dispose]();
  (await second)?.[Symbol.dispose]();
  (await third)?.[Symbol.dispose]();
  expect(order).toEqual(['second', 'third']);
  expect(await semaphore.acquire()).not.toBeNull();
});

it('gives null to who has waited for the bound, and keeps its permit for others', async () => {
  const semaphore = new Semaphore(1, 1);
  const held = await semaphore.acquire();
  expect(await semaphore.acquire()).toBeNull();
  held?.[Symbol.dispose]();
  expect(await semaphore.acquire()).not.toBeNull();
});
