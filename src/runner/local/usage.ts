import type { Usage } from '../../executions/execution.ts';
import type { ProcessStatus } from './process-status.ts';
import type { Baseline, ProcessExit } from './starter/messages.ts';

const MiB = 1024 * 1024;
/** It is sampled when something is printed, but not more often than this, milliseconds. */
const SAMPLE_INTERVAL_MS = 2;
/** And a sample is followed by so many times what it took: those of large trees take long. */
const PAUSE = 50;

/**
 * What a program uses. The starter samples it regularly; here it is sampled when the program prints, which for a short
 * one may be the only time that it can be told: what a process used is gone with it.
 */
export class UsageMeter {
  readonly #status: ProcessStatus | null;
  /** What the process had before the program; null when that cannot be told. */
  readonly baseline: Baseline | null;
  readonly #doubtedFrom: number;
  #cpuMs: number | null = null;
  #nextSampleAt = 0;
  #peakBytes: number | null = null;

  /** Counts from now on. @param memoryMb what it may have on top of what it has now */
  constructor(status: ProcessStatus | null, memoryMb: number) {
    this.#status = status;
    status?.resetPeak();
    this.baseline = baselineOf(status);
    this.#doubtedFrom = (this.baseline?.bytes ?? 0) + memoryMb * MiB;
  }

  /** To be called at each read of the program's output. */
  onOutput(): void {
    if (performance.now() >= this.#nextSampleAt) this.sample();
  }

  sample(): void {
    if (this.#status === null || this.baseline === null) return;
    const beganAt = performance.now();
    const { memory, cpuMs } = this.#status.look();
    // With a process that nobody waited for goes what it had used, and what those below it had.
    if (cpuMs !== null) this.#cpuMs = Math.max(this.#cpuMs ?? 0, cpuMs - this.baseline.cpuMs);
    if (memory !== null && !this.#isDoubted(memory.peak))
      this.#peakBytes = Math.max(this.#peakBytes ?? 0, memory.peak - this.baseline.bytes);
    const endedAt = performance.now();
    this.#nextSampleAt = endedAt + Math.max(SAMPLE_INTERVAL_MS, PAUSE * (endedAt - beganAt));
  }

  /** More than there may be, of several processes that may share it: whether there is, the starter finds out. */
  #isDoubted(bytes: number): boolean {
    return this.#status?.countsTwice === true && bytes > this.#doubtedFrom;
  }

  /** Of the whole run, with what the starter sampled. */
  total({ wallMs, peakBytes, cpuMs }: ProcessExit): Usage {
    const peak = max(peakBytes, this.#peakBytes);
    return {
      wallMs: Math.round(wallMs ?? 0),
      cpuMs: max(cpuMs, this.#cpuMs),
      maxMemoryMb: peak === null ? null : Math.round((peak / MiB) * 10) / 10,
    };
  }
}

function baselineOf(status: ProcessStatus | null): Baseline | null {
  const { memory, cpuMs } = status?.look() ?? { memory: null, cpuMs: null };
  return memory === null || cpuMs === null ? null : { bytes: memory.own, cpuMs };
}

function max(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
