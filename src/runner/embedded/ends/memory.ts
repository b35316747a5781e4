import type { Settle } from '../../ends/ending.ts';
import { memoryEnding } from '../../ends/endings.ts';
import type { ProcessStatus } from '../sandbox/process_status.ts';

const MiB = 1024 * 1024;
/** How often memory is looked at, milliseconds. Between two looks a program gets some 50 MiB further. */
const LOOK_MS = 25;

export interface MemoryWatch extends Disposable {
  /** The most the program had beyond what the launcher needed when it was ready, MiB; null when nobody could look. */
  readonly peakMb: number | null;
  /** Whether it had more than it may. */
  readonly exceeded: boolean;
  /** Looks now. */
  look(): void;
}

/** Ends a run that has more than `memoryMb` beyond what the process has at the call. */
export function endAtMemory(status: ProcessStatus | null, memoryMb: number, settle: Settle): MemoryWatch {
  status?.resetPeak();
  const baseline = status?.memory()?.own ?? null;
  let peak: number | null = null;

  function look(): void {
    const memory = status?.memory() ?? null;
    if (memory === null || baseline === null) return;
    peak = Math.max(peak ?? 0, memory.peak - baseline);
    if (peak > memoryMb * MiB) settle(memoryEnding(memoryMb));
  }

  const timer = baseline === null ? undefined : setInterval(look, LOOK_MS);
  return {
    get peakMb() {
      return peak === null ? null : Math.round((peak / MiB) * 10) / 10;
    },
    get exceeded() {
      return peak !== null && peak > memoryMb * MiB;
    },
    look,
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
