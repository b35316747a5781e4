import { constants } from 'node:os';
import type { RunEnd } from '../../../executions/run.ts';
import type { ProcessExit } from '../../local/starter/messages.ts';
import { endedBy, exited, signalled } from './ending.ts';

/** Signals by which V8 ends its process, running out of memory among the reasons. */
const CRASHES: ReadonlySet<string> = new Set(['SIGTRAP', 'SIGABRT', 'SIGILL', 'SIGSEGV', 'SIGBUS']);
/** What V8 and Rust say on stderr when memory is gone. */
const OUT_OF_MEMORY = /out of memory|memory allocation of \d+ bytes failed|Allocation failed/i;

/** How a process ended: by a code, by a signal, or neither when it was lost. */
export type Exit = Pick<ProcessExit, 'code' | 'signal'>;

/** Signals, by the code that a jail's process 1 and every shell make of them: 128 and the number. */
const SIGNALS: ReadonlyMap<number, NodeJS.Signals> = signalsByCode();

function signalsByCode(): Map<number, NodeJS.Signals> {
  const signals = new Map<number, NodeJS.Signals>();
  for (const [name, number] of Object.entries(constants.signals)) {
    // The first of several names is the usual one: SIGABRT, not SIGIOT.
    if (!signals.has(128 + number)) signals.set(128 + number, name as NodeJS.Signals);
  }
  return signals;
}

/**
 * The end of a program, from that of the jail around it. A jail cannot tell a signal from the code that stands for it,
 * so such a code is taken for the signal. `isProgramsOwn` names the codes
 * that are exit codes all the same.
 */
export function exitOfJail({ code, signal }: Exit, isProgramsOwn: (code: number) => boolean): Exit {
  const behind = code === null || isProgramsOwn(code) ? undefined : SIGNALS.get(code);
  return behind === undefined ? { code, signal } : { code: null, signal: behind };
}

/** What a process left behind that ended by itself. */
export interface Remains {
  readonly exit: Exit;
  /** The last that was printed to stderr. */
  readonly lastWords: string;
}

/** The end of a program whose process ended by itself. */
export function endOfProcess({ exit: { code, signal }, lastWords }: Remains): RunEnd {
  if (signal !== null && CRASHES.has(signal) && OUT_OF_MEMORY.test(lastWords)) {
    return endedBy('OUT_OF_MEMORY', 'The runtime ran out of memory.');
  }
  if (signal !== null) return signalled(signal);
  return code === null ? endedBy('INTERRUPTED', 'The sandbox was lost.') : exited(code);
}
