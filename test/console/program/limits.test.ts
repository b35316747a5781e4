import { expect, test } from 'vitest';
import type { Runtime } from '../../../src/console/api/operations.ts';
import type { LimitTexts } from '../../../src/console/program/draft.ts';
import { limitText, limitWords, readLimits } from '../../../src/console/program/limits.ts';

const runtime: Runtime = {
  language: 'python',
  version: '3',
  isDefault: true,
  stdinOpen: true,
  interruptible: true,
  sessions: true,
  contexts: true,
  notes: [],
  minimums: { timeoutMs: 100, memoryMb: 16, cpuMillis: 100, outputBytes: 1024 },
  defaults: { timeoutMs: 30_000, memoryMb: 256, cpuMillis: 1000, outputBytes: 10_485_760 },
  maximums: { timeoutMs: 3_600_000, memoryMb: 1024, cpuMillis: 4000, outputBytes: 33_554_432 },
};
const none: LimitTexts = { timeoutMs: '', memoryMb: '', cpuMillis: '', outputBytes: '' };

test('limits are read in the units that they are written in', () => {
  expect(readLimits(none, runtime)).toEqual({});
  expect(
    readLimits({ timeoutMs: '1.5', memoryMb: ' 64 ', cpuMillis: '0,5', outputBytes: '2' }, runtime),
  ).toEqual({
    timeoutMs: 1500,
    memoryMb: 64,
    cpuMillis: 500,
    outputBytes: 2048,
  });
});

test.each([
  ['7200', 'Time: expected 0.1 to 3600 s, got 7200.'],
  ['0', 'Time: expected 0.1 to 3600 s, got 0.'],
  ['ten', 'Time: expected 0.1 to 3600 s, got ten.'],
  ['1e999', 'Time: expected 0.1 to 3600 s, got 1e999.'],
])('a time limit of %s is refused with its bounds', (timeoutMs, message) => {
  expect(() => readLimits({ ...none, timeoutMs }, runtime)).toThrow(
    expect.objectContaining({ field: 'limits.timeoutMs', message }),
  );
});

test('a limit of the service is shown as it would be written', () => {
  expect(limitText('timeoutMs', 1500)).toBe('1.5');
  expect(limitText('outputBytes', 1024)).toBe('1');
  expect(limitWords('cpuMillis', 1000)).toBe('1 core');
  expect(limitWords('cpuMillis', 500)).toBe('0.5 cores');
  expect(limitWords('outputBytes', 1024)).toBe('1 KiB');
});
