import { expect, test } from 'vitest';
import { cancelled, exited, timedOut } from '../../../../src/runner/run/endings/ending.ts';

test('has words for every exit code but 0', () => {
  expect(exited(0).message).toBeNull();
  expect(exited(3).message).toBe('The program exited with code 3.');
  expect(cancelled()).toMatchObject({ reason: 'CANCELLED', message: 'Cancelled while it ran.' });
});

test.each([
  [850, '850 ms'],
  [1500, '1.5 s'],
  [30_000, '30 s'],
  [60_000, '1 min'],
  [90_000, '1 min 30 s'],
  [90_500, '90.5 s'],
  [3_600_000, '60 min'],
])('tells a time limit of %d ms as %s', (milliseconds, text) => {
  expect(timedOut(milliseconds).message).toBe(`The program ran longer than its time limit of ${text}.`);
});
