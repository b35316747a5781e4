import { type Ending, endedBy } from '../../ends/ending.ts';
import { exited, signalled } from '../../ends/endings.ts';
import type { Exit } from '../sandbox/sandbox.ts';

/** Signals by which V8 ends its process, running out of memory among the reasons. */
const CRASHES: ReadonlySet<string> = new Set(['SIGTRAP', 'SIGABRT', 'SIGILL', 'SIGSEGV', 'SIGBUS']);
/** What V8 and Rust say on stderr when memory is gone. */
const OUT_OF_MEMORY = /out of memory|memory allocation of \d+ bytes failed|Allocation failed/i;

/** What a process left behind that ended by itself. */
export interface Remains {
  readonly exit: Exit;
  /** The last that was printed to stderr. */
  readonly lastWords: string;
}

/** The end of a program that nobody ended. */
export function exitEnding({ exit: { code, signal }, lastWords }: Remains): Ending {
  if (signal !== null && CRASHES.has(signal) && OUT_OF_MEMORY.test(lastWords)) {
    return endedBy('OUT_OF_MEMORY', 'The runtime ran out of memory.');
  }
  if (signal !== null) return signalled(signal);
  return code === null ? endedBy('INTERRUPTED', 'The sandbox was lost.') : exited(code);
}
