import { describe, expect, it } from 'vitest';
import { didYouMean, nearestName } from '../src/nearest-name.ts';

describe('nearestName', () => {
  it.each([
    ['runn', 'run'],
    ['rnu', 'run'],
    ['cancle', 'cancel'],
    ['RUN', 'run'],
    ['logz', 'logs'],
    ['xyz', null],
    ['ru', null],
    ['', null],
  ])('%j → %j', (name, expected) => {
    expect(nearestName(name, ['run', 'list', 'logs', 'cancel'])).toBe(expected);
  });

  it('takes the nearer of two', () => {
    expect(nearestName('MAX_QUEUD', ['MAX_QUEUED_PER_CALLER', 'MAX_QUEUED'])).toBe('MAX_QUEUED');
  });
});

it('didYouMean is a sentence, or nothing', () => {
  expect(didYouMean('arg', ['args'])).toBe(' Did you mean args?');
  expect(didYouMean('timeout', ['args'])).toBe('');
});
