import { expect, test } from 'vitest';
import { differenceFrom } from '../../../chaos/load/task.ts';

const lines = { count: 3, text: (line: number) => `key line ${line}\n` };
const endless = { ...lines, count: Number.POSITIVE_INFINITY };
const whole = 'key line 1\nkey line 2\nkey line 3\n';

test.each([
  ['all of them', lines, whole, true],
  ['a beginning of what was cut', lines, 'key line 1\nkey line 2\n', false],
  ['a beginning that ends within a line', lines, 'key line 1\nkey li', false],
  ['nothing of what was cut', lines, '', false],
  ['any number of endless ones', endless, whole, false],
  ['nothing where nothing is printed', { ...lines, count: 0 }, '', true],
] as const)('%s is right', (_what, expected, text, isWhole) => {
  expect(differenceFrom(expected, text, isWhole)).toBeNull();
});

test.each([
  ['too few', lines, 'key line 1\nkey line 2\n', true, 'expected 3 lines, got 2'],
  ['nothing', lines, '', true, 'expected 3 lines, got 0'],
  ['too many', lines, `${whole}key line 4\n`, true, 'expected 3 lines, got more'],
  ['too many of what was cut', lines, `${whole}k`, false, 'expected 3 lines, got more'],
  ['an end within a line', lines, 'key line 1\nkey line 2\nkey li', true, 'as line 3'],
  ['no newline at the end', lines, whole.trimEnd(), true, 'as line 3'],
  ['one missing between', lines, 'key line 1\nkey line 3\n', false, 'as line 2'],
  ['one twice', lines, 'key line 1\nkey line 1\n', false, 'as line 2'],
  ["another's", endless, 'other line 1\n', false, 'as line 1'],
] as const)('%s is told', (_what, expected, text, isWhole, difference) => {
  expect(differenceFrom(expected, text, isWhole)).toContain(difference);
});
