import { describe, expect, test } from 'vitest';
import { exitEnding } from '../../../../src/runner/embedded/ends/exit.ts';

describe('how a process that nobody ended has ended', () => {
  test.each([0, 1, 255])('with exit code %i', (code) => {
    expect(exitEnding({ exit: { code, signal: null }, lastWords: 'out of memory' })).toEqual({
      reason: 'EXITED',
      exitCode: code,
      signal: null,
      message: null,
    });
  });

  test.each([
    ['SIGTRAP', '# Fatal JavaScript out of memory: Reached heap limit'],
    ['SIGABRT', 'memory allocation of 4096 bytes failed'],
    ['SIGILL', 'Fatal process out of memory: Zone'],
  ] as const)('by %s, saying that memory is gone', (signal, lastWords) => {
    expect(exitEnding({ exit: { code: null, signal }, lastWords }).reason).toBe('OUT_OF_MEMORY');
  });

  test.each([
    ['SIGABRT', ''],
    ['SIGKILL', 'out of memory'],
  ] as const)('by %s for another reason', (signal, lastWords) => {
    expect(exitEnding({ exit: { code: null, signal }, lastWords })).toMatchObject({
      reason: 'SIGNALLED',
      signal,
    });
  });

  test('without anything known', () => {
    expect(exitEnding({ exit: { code: null, signal: null }, lastWords: '' }).reason).toBe('INTERRUPTED');
  });
});
