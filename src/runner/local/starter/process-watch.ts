import { openProcessStatus, type ProcessStatus } from '../process-status.ts';
import { bytesInDirectories, openTreeStatus } from '../tree-status.ts';
import type { Baseline, Limit, ProcessExit, Watch } from './messages.ts';

const MiB = 1024 * 1024;
/** How often memory is sampled, milliseconds. Between two samples a program gets some 50 MiB further. */
const SAMPLE_INTERVAL_MS = 25;

/** The clock of one program and the samples of its memory: calls back at the time limit, and once when another is passed. */
export class ProcessWatch {
  readonly #startedAt = performance.now();
  readonly #status: ProcessStatus | null;
  readonly #baseline: Baseline;
  readonly #inDirectories: () => number;
  readonly #maxBytes: number;
  readonly #deadline: NodeJS.Timeout | undefined;
  readonly #sampling: NodeJS.Timeout | undefined;
  #peakBytes: number | null = null;
  #cpuMs: number | null = null;
  #threads = 0;

  constructor(
    { pid, tree, directories = [], baseline, timeoutMs, memoryMb }: Watch,
    passed: (limit: Limit) => void,
  ) {
    this.#baseline = baseline;
    this.#inDirectories = () => (pid === null ? 0 : bytesInDirectories(pid, directories));
    this.#maxBytes = memoryMb * MiB;
    this.#status = pid === null ? null : tree ? openTreeStatus(pid, tree) : openProcessStatus(pid);
    const pass = (limit: Limit): void => {
      this.#stop();
      passed(limit);
    };
    const onDeadline = (): void => {
      this.#sample();
      // Memory is sampled on: it may live a little longer.
      passed('time');
    };
    this.#deadline = timeoutMs === null ? undefined : setTimeout(onDeadline, timeoutMs);
    if (this.#status === null) return;
    this.#sampling = setInterval(() => {
      this.#sample();
      if (this.#peakBytes !== null && this.#peakBytes > this.#maxBytes) pass('memory');
      else if (tree !== undefined && this.#threads > tree.threads) pass('threads');
    }, SAMPLE_INTERVAL_MS);
  }

  /** Stops, and returns what the program used. */
  end(): Pick<ProcessExit, 'wallMs' | 'peakBytes' | 'cpuMs'> {
    this.#stop();
    this.#status?.[Symbol.dispose]();
    return { wallMs: performance.now() - this.#startedAt, peakBytes: this.#peakBytes, cpuMs: this.#cpuMs };
  }

  #stop(): void {
    clearTimeout(this.#deadline);
    clearInterval(this.#sampling);
  }

  #sample(): void {
    if (this.#status === null) return;
    const { memory, cpuMs } = this.#status.look(this.#baseline.bytes + this.#maxBytes);
    if (memory !== null) {
      this.#peakBytes = Math.max(
        this.#peakBytes ?? 0,
        memory.peak + this.#inDirectories() - this.#baseline.bytes,
      );
      this.#threads = memory.threads;
    }
    // As in ../usage.ts: it can be less than before.
    if (cpuMs !== null) this.#cpuMs = Math.max(this.#cpuMs ?? 0, cpuMs - this.#baseline.cpuMs);
  }
}
