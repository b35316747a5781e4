import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** A stack for deep recursion: what V8 may use of it, and what the process must have. */
export interface Stack {
  /** KiB, for V8's `--stack-size`. */
  readonly usableKb: number;
  /** KiB, for `ulimit -s`: what V8 does not count comes on top. */
  readonly processKb: number;
  /** MiB of address space that the stacks of all threads take and `ulimit -d` counts. */
  readonly dataMb: number;
}

const USABLE_KB = 96 * 1024;
const PROCESS_KB = 100 * 1024;
/** V8 makes no more worker threads than this. */
const MAX_WORKERS = 16;

/**
 * The stack that lets Python recurse and release linked structures as deep as natively. Null where the kernel would not
 * grant it: on any system but Linux, and below a lower hard limit. V8 then keeps to its own 984 KiB.
 */
export function deepStack(): Stack | null {
  if (process.platform !== 'linux' || hardLimitKb() < PROCESS_KB) return null;
  const threads = Math.min(availableParallelism(), MAX_WORKERS) + 1;
  return { usableKb: USABLE_KB, processKb: PROCESS_KB, dataMb: Math.ceil((threads * USABLE_KB) / 1024) };
}

/** Of this process, which its children inherit. */
function hardLimitKb(): number {
  try {
    const line = /^Max stack size\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
    return line?.[1] === 'unlimited' ? Number.POSITIVE_INFINITY : Number(line?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
