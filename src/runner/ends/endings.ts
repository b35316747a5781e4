import { type Ending, endedBy } from './ending.ts';

/** The program's own end. */
export function exited(exitCode: number): Ending {
  return { reason: 'EXITED', exitCode, signal: null, message: null };
}

/** @param signal its name: `SIGSEGV` */
export function signalled(signal: string): Ending {
  return { reason: 'SIGNALLED', exitCode: null, signal, message: `The process was ended by ${signal}.` };
}

/** The time limit, milliseconds. */
export function timeoutEnding(timeoutMs: number): Ending {
  return endedBy('TIMED_OUT', `The program ran longer than its ${timeoutMs} ms.`);
}

/** The memory limit, MiB. */
export function memoryEnding(memoryMb: number): Ending {
  return endedBy('OUT_OF_MEMORY', `The program used more than its ${memoryMb} MiB of memory.`);
}

/** The output limit, UTF-8 bytes. */
export function outputEnding(outputBytes: number): Ending {
  return endedBy('OUTPUT_LIMIT', `The program printed more than its ${outputBytes} bytes.`);
}
