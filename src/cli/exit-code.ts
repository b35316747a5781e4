import { constants } from 'node:os';
import type { EndReason } from './generated/graphql.ts';

/** The command could not do what it was asked to: refused, unreachable, unknown id. */
export const EXIT_FAILED = 1;
/** The command line is wrong. */
export const EXIT_USAGE = 2;

/** How an execution ended, as far as the exit code depends on it. */
interface End {
  readonly endReason: EndReason | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/**
 * The exit code of `podline run`:
 *
 * | End | Exit code |
 * |---|---|
 * | the program exited | its own |
 * | ended by signal n | 128 + n |
 * | time limit | 124, as timeout(1) |
 * | out of memory | 137, as a process the kernel kills for memory |
 * | cancelled | 130, as Ctrl-C |
 * | every other end, refused, unreachable | 1 |
 * | wrong usage | 2 |
 */
export function exitCodeOf(end: End): number {
  switch (end.endReason) {
    case 'EXITED':
      // Eight bits reach a parent process; a shell cuts a native program's code the same way.
      return end.exitCode === null ? EXIT_FAILED : end.exitCode & 0xff;
    case 'SIGNALLED':
      return signalExitCode(end.signal) ?? EXIT_FAILED;
    case 'TIMED_OUT':
      return 124;
    case 'OUT_OF_MEMORY':
      return 137;
    case 'CANCELLED':
      return 130;
    default:
      return EXIT_FAILED;
  }
}

/** 128 + the signal's number; null for a name this machine does not know. */
export function signalExitCode(signal: string | null): number | null {
  const numbers: { readonly [name: string]: number | undefined } = constants.signals;
  const number = signal === null ? undefined : numbers[signal];
  return number === undefined ? null : 128 + number;
}
