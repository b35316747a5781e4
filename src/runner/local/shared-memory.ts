import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { kibibytes, memoryOf } from './process-status.ts';

/** A process of a tree. */
export interface TreeProcess {
  readonly pid: number;
  /** Index of the one that has started it, which comes before it; -1 for the first. */
  readonly parent: number;
}

/**
 * A process that is about to become another program borrows the memory of its parent until then (vfork), and looks like it.
 * So does one that has copied all of it, which is why it is taken for such a one no longer than this, seconds.
 */
const BORROWING_S = 0.1;
const TICKS_PER_S = 100;
/** Of more processes it is not told what they share. */
const MAX_PROCESSES = 64;
/** How long they may be asked, milliseconds: to add up what one has mapped takes the kernel some 10 ms for 100 MiB. */
const MAX_ASKING_MS = 100;
/** How often: time between is so many times the time that it took. */
const PAUSE = 10;
/** At most this part of all the time, after what is free, milliseconds: programs could hold up the samples of others. */
const MAX_PART = 0.2;
const FREE_MS = 1000;

/** Memory of a tree of processes, with what several of them share counted once: what /proc tells of each counts it each time. */
export class SharedMemory {
  readonly #startedAt = performance.now();
  /** What was counted more than once, bytes, when they were asked last. */
  #shared = 0;
  #nextAt = 0;
  #spentMs = 0;

  /** @param most bytes: it is found out only as far as is needed to tell whether there is more */
  sum(processes: readonly TreeProcess[], most: number): number {
    const sum = withoutBorrowed(processes);
    if (sum <= most) return sum;
    const now = performance.now();
    const mayAsk = this.#spentMs <= FREE_MS + MAX_PART * (now - this.#startedAt);
    if (mayAsk && (now >= this.#nextAt || sum - this.#shared > most)) {
      this.#shared = Math.max(0, sum - (sharesOf(processes) ?? sum));
      const tookMs = performance.now() - now;
      this.#spentMs += tookMs;
      this.#nextAt = now + tookMs * (PAUSE + 1);
    }
    return Math.max(0, sum - this.#shared);
  }
}

function withoutBorrowed(processes: readonly TreeProcess[]): number {
  const all = processes.map(({ pid }) => memoryOf(read(`/proc/${pid}/status`))?.own ?? 0);
  let sum = 0;
  for (const [index, { pid, parent }] of processes.entries()) {
    const own = all[index] ?? 0;
    if (own !== all[parent] || !isNew(pid)) sum += own;
  }
  return sum;
}

function isNew(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  const startedAt = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ', 20)[19]) / TICKS_PER_S;
  return uptime() - startedAt < BORROWING_S;
}

/** Sum of their shares. Null when they are too many, do not let their user ask, or it takes too long. */
function sharesOf(processes: readonly TreeProcess[]): number | null {
  if (processes.length > MAX_PROCESSES) return null;
  const latest = performance.now() + MAX_ASKING_MS;
  let sum = 0;
  for (const { pid } of processes) {
    if (performance.now() > latest) return null;
    const shares = read(`/proc/${pid}/smaps_rollup`);
    const own = kibibytes(shares, 'Pss_Anon');
    const shared = kibibytes(shares, 'Pss_Shmem');
    // One that has ended has no memory.
    const status = read(`/proc/${pid}/status`);
    if (own === null || shared === null) {
      if (memoryOf(status) !== null) return null;
      continue;
    }
    sum += own + shared + (kibibytes(shares, 'SwapPss') ?? 0) + (kibibytes(status, 'VmPTE') ?? 0);
  }
  return sum * 1024;
}

/** Empty when it has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
