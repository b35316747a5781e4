import { expect, it } from 'vitest';
import { Latch } from '../../src/async/latch.ts';

it('lets through at once while it is open, and when it is opened', async () => {
  const latch = new Latch();
  await latch.opened;
  latch.close();
  let through = false;
  const waiting = latch.opened.then(() => {
    through = true;
  });
  await Promise.resolve();
  expect(through).toBe(false);
  latch.open();
  await waiting;
  expect(through).toBe(true);
});

it('does not lose an opening that comes before the wait', async () => {
  const latch = new Latch();
  latch.close();
  const { opened } = latch;
  latch.open();
  await opened;
  await latch.opened;
});

it('closing it again keeps those who wait already', async () => {
  const latch = new Latch();
  latch.close();
  const { opened } = latch;
  latch.close();
  expect(latch.opened).toBe(opened);
  latch.open();
  await opened;
});
