import { expect, test } from 'vitest';
import { Wakeups } from '../../src/executions/wakeups.ts';

test('wakes who watches, and nobody else', () => {
  const wakeups = new Wakeups();
  const woken: string[] = [];
  const stop = wakeups.watch('a', () => woken.push('first'));
  wakeups.watch('a', () => woken.push('second'));
  wakeups.watch('b', () => woken.push('other'));
  wakeups.wake('a');
  stop();
  stop();
  wakeups.wake('a');
  wakeups.wake('unknown');
  expect(woken).toEqual(['first', 'second', 'second']);
  expect([...wakeups.watched()]).toEqual(['a', 'b']);
});

test('thousands are woken in turns, each one once, those not that have left meanwhile', async () => {
  const wakeups = new Wakeups();
  let woken = 0;
  const stops = Array.from({ length: 5000 }, () => wakeups.watch('a', () => woken++));
  wakeups.wake('a');
  expect(woken).toBeLessThan(5000);
  expect(woken).toBeGreaterThan(0);
  stops.at(-1)?.();
  await expect.poll(() => woken).toBe(4999);
});
