import type { Usage } from '../../executions/execution.ts';
import type { ProcessStatus } from './process-status.ts';
import type { ProcessExit } from './starter/messages.ts';

const MiB = 1024 * 1024;
/** Processor time is sampled when something is printed, but not more often than this, milliseconds. */
const CPU_SAMPLE_INTERVAL_MS = 2;

/**
 * What a program uses. The starter samples it regularly; here it is sampled when the program prints, which for a short
 * one may be the only time that it can be told: what a process used is gone with it.
 */
export class UsageMeter {
  readonly #status: ProcessStatus | null;
  /** Bytes that the process had before the program; null when that cannot be told. */
  readonly baseline: number | null;
  readonly #cpuBefore: number | null;
  #cpuMs: number | null = null;
  #sampledAt = 0;
  #peakBytes: number | null = null;

  /** Counts from now on. */
  constructor(status: ProcessStatus | null) {
    this.#status = status;
    status?.resetPeak();
    this.baseline = status?.memory()?.own ?? null;
    this.#cpuBefore = status?.cpuMs() ?? null;
  }

  /** To be called at each read of the program's output. */
  onOutput(): void {
    if (this.#peakBytes === null) this.#sampleMemory();
    if (performance.now() - this.#sampledAt >= CPU_SAMPLE_INTERVAL_MS) this.sample();
  }

  sample(): void {
    this.#sampledAt = performance.now();
    const cpu = this.#status?.cpuMs() ?? null;
    if (cpu !== null && this.#cpuBefore !== null) this.#cpuMs = cpu - this.#cpuBefore;
    this.#sampleMemory();
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

  #sampleMemory(): void {
    const memory = this.#status?.memory() ?? null;
    if (memory !== null && this.baseline !== null) {
      this.#peakBytes = Math.max(this.#peakBytes ?? 0, memory.peak - this.baseline);
    }
  }
}

function max(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
