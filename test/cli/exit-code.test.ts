import { describe, expect, it } from 'vitest';
import { exitCodeOf, signalExitCode } from '../../src/cli/exit-code.ts';

describe('exitCodeOf', () => {
  it.each([
    ['EXITED', 0, null, 0],
    ['EXITED', 3, null, 3],
    ['EXITED', 255, null, 255],
    ['EXITED', -1, null, 255],
    ['EXITED', 256, null, 0],
    ['SIGNALLED', null, 'SIGKILL', 137],
    ['SIGNALLED', null, 'SIGSEGV', 139],
    ['SIGNALLED', null, 'SIGWHAT', 1],
    ['SIGNALLED', null, null, 1],
    ['TIMED_OUT', null, null, 124],
    ['TIMED_OUT', 0, null, 124],
    ['OUT_OF_MEMORY', null, 'SIGKILL', 137],
    ['CANCELLED', null, null, 130],
    ['OUTPUT_LIMIT', null, null, 1],
    ['EVICTED', null, null, 1],
    ['IMAGE_UNAVAILABLE', null, null, 1],
    ['UNSCHEDULABLE', null, null, 1],
    ['INTERRUPTED', null, null, 1],
    [null, null, null, 1],
  ] as const)('%s, code %s, signal %s → %d', (endReason, exitCode, signal, expected) => {
    expect(exitCodeOf({ endReason, exitCode, signal })).toBe(expected);
  });

  it('counts signals from 128', () => {
    expect(signalExitCode('SIGINT')).toBe(130);
    expect(signalExitCode('SIGTERM')).toBe(143);
    expect(signalExitCode(null)).toBeNull();
  });
});
