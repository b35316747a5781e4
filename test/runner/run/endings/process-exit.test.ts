import { describe, expect, test } from 'vitest';
import { endOfProcess } from '../../../../src/runner/run/endings/process-exit.ts';

describe('how a process that nobody ended has ended', () => {
  test.each([0, 1, 255])('with exit code %i', (code) => {
    expect(endOfProcess({ exit: { code, signal: null }, lastWords: 'out of memory' })).toEqual({
      reason: 'EXITED',
      exitCode: code,
      signal: null,
      message: code === 0 ? null : `The program exited with code ${code}.`,
      usage: null,
      outputTruncated: false,
    });
  });

  test.each([
    ['SIGTRAP', '# Fatal JavaScript out of memory: Reached heap limit'],
    ['SIGABRT', 'memory allocation of 4096 bytes failed'],
    ['SIGILL', 'Fatal process out of memory: Zone'],
  ] as const)('by %s, saying that memory is gone', (signal, lastWords) => {
    expect(endOfProcess({ exit: { code: null, signal }, lastWords }).reason).toBe('OUT_OF_MEMORY');
  });

  test.each([
    ['SIGABRT', ''],
    ['SIGKILL', 'out of memory'],
  ] as const)('by %s for another reason', (signal, lastWords) => {
    expect(endOfProcess({ exit: { code: null, signal }, lastWords })).toMatchObject({
      reason: 'SIGNALLED',
      signal,
    });
  });

  test('without anything known', () => {
    expect(endOfProcess({ exit: { code: null, signal: null }, lastWords: '' }).reason).toBe('INTERRUPTED');
  });
});
