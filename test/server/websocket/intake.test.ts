import { expect, test } from 'vitest';
import { ANONYMOUS_BYTES } from '../../../src/bounds.ts';
import { ByteBudget } from '../../../src/server/budgets.ts';
import { Intake } from '../../../src/server/websocket/intake.ts';

/** The beginning of a text frame of 8 MiB. */
const BEGINNING = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0]);

test('nobody may send more than a few KiB in all, in frames whole or not', () => {
  const budget = new ByteBudget({ max: 1000, maxPerHolder: 1000 });
  const intake = new Intake(budget, 1000);
  const ping = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);
  let accepted = 0;
  while (intake.receive(ping)) accepted += ping.length;
  expect(accepted).toBe(ANONYMOUS_BYTES - (ANONYMOUS_BYTES % ping.length));
  expect(budget.total).toBe(0);
});

test('what callers have not sent to its end counts against one budget, and is given back', () => {
  const budget = new ByteBudget({ max: 10_000, maxPerHolder: 10_000 });
  const [one, other] = [new Intake(budget, 1000), new Intake(budget, 1000)];
  for (const intake of [one, other]) {
    intake.acknowledge('key:ann');
    expect(intake.receive(BEGINNING)).toBe(true);
  }
  expect(one.receive(Buffer.alloc(6000))).toBe(true);
  expect(budget.total).toBeGreaterThanOrEqual(6000);
  expect(other.receive(Buffer.alloc(6000))).toBe(false);
  one.release();
  expect(other.receive(Buffer.alloc(100))).toBe(true);
  other.release();
  other.release();
  expect(budget.total).toBe(0);
});

test('a large message counts while it is worked on', () => {
  const budget = new ByteBudget({ max: 1_000_000, maxPerHolder: 1_000_000 });
  const intake = new Intake(budget, 1000);
  intake.acknowledge('key:ann');
  const done = intake.work(500_000);
  intake.work(100);
  expect(budget.total).toBe(500_000);
  done();
  expect(budget.total).toBe(0);
});

test('a message that never gets to its end is stuck, however much comes', () => {
  const intake = new Intake(new ByteBudget({ max: 10_000, maxPerHolder: 10_000 }), 1000);
  const later = performance.now() + 2000;
  expect(intake.isStuck(later)).toBe(false);
  const [part, last] = [Buffer.from([0x01, 0x81, 0, 0, 0, 0, 1]), Buffer.from([0x80, 0x80, 0, 0, 0, 0])];
  intake.receive(part);
  expect(intake.isStuck(performance.now())).toBe(false);
  expect(intake.isStuck(later)).toBe(true);
  intake.receive(Buffer.concat([last]));
  expect(intake.isStuck(later)).toBe(false);
});
