import { expect, test } from 'vitest';
import { readConfig, runningPerCaller } from '../../src/config.ts';

test.each([
  ['nobody else can be: no keys', {}, 4, 4],
  ['nobody else can be: one name', { API_KEYS: 'ci=one,ci=two' }, 4, 4],
  ['half', { API_KEYS: 'ada=one,grace=two' }, 4, 2],
  ['half, rounded up', { API_KEYS: 'ada=one,grace=two' }, 5, 3],
  ['one at least', { API_KEYS: 'ada=one,grace=two' }, 1, 1],
  ['what is set', { API_KEYS: 'ada=one,grace=two', MAX_RUNNING_PER_CALLER: '4' }, 4, 4],
  ['what is set, without keys too', { MAX_RUNNING_PER_CALLER: '1' }, 4, 1],
])('how many one caller may run: %s', (_, env, maxRunning, expected) => {
  expect(runningPerCaller(readConfig(env), maxRunning)).toBe(expected);
});
