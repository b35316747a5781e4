import { expect, test } from 'vitest';
import { Notifier } from '../../src/executions/notifier.ts';

test('notifies who watches, and nobody else', () => {
  const notifier = new Notifier();
  const woken: string[] = [];
  const stop = notifier.watch('a', () => woken.push('first'));
  notifier.watch('a', () => woken.push('second'));
  notifier.watch('b', () => woken.push('other'));
  notifier.notify('a');
  stop();
  stop();
  notifier.notify('a');
  notifier.notify('unknown');
  expect(woken).toEqual(['first', 'second', 'second']);
  expect([...notifier.watched()]).toEqual(['a', 'b']);
});

test('thousands are woken in turns, each one once, those not that have left meanwhile', async () => {
  const notifier = new Notifier();
  let woken = 0;
  const stops = Array.from({ length: 5000 }, () => notifier.watch('a', () => woken++));
  notifier.notify('a');
  expect(woken).toBeLessThan(5000);
  expect(woken).toBeGreaterThan(0);
  stops.at(-1)?.();
  await expect.poll(() => woken).toBe(4999);
});
