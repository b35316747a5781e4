import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { cpuOf, type Memory, memoryOf, openProcessStatus, type ProcessStatus } from './process-status.ts';
import { socketBytes } from './socket-memory.ts';
import type { Tree } from './starter/messages.ts';

/** What the kernel keeps for one file of a file system in memory, bytes, beside what the file holds. */
const FILE_BYTES = 1024;

/**
 * Reads /proc of a process and of all that it has started, and how full its directories in memory are. An orphan belongs to
 * the process when that is the first of its process-id namespace. Null where there is no /proc, or the process has ended.
 */
export function openTreeStatus(pid: number, tree: Tree): ProcessStatus | null {
  const first = openProcessStatus(pid);
  return first === null ? null : new TreeStatus(pid, first, tree);
}

class TreeStatus implements ProcessStatus {
  readonly #pid: number;
  /** Holds on to the first process, without which there is no tree. */
  readonly #first: ProcessStatus;
  readonly #tree: Tree;

  constructor(pid: number, first: ProcessStatus, tree: Tree) {
    this.#pid = pid;
    this.#first = first;
    this.#tree = tree;
  }

  memory(): Memory | null {
    if (this.#first.memory() === null) return null;
    let own = this.#inDirectories() + (this.#tree.hasOwnNetwork ? socketBytes(this.#pid) : 0);
    let threads = 0;
    for (const pid of processesOf(this.#pid, this.#tree.threads)) {
      const memory = memoryOf(read(`/proc/${pid}/status`));
      if (memory === null) continue;
      own += memory.own;
      threads += memory.threads;
    }
    return { own, peak: own, threads };
  }

  cpuMs(): number | null {
    if (this.#first.cpuMs() === null) return null;
    let sum = 0;
    for (const pid of processesOf(this.#pid, this.#tree.threads))
      sum += cpuOf(read(`/proc/${pid}/stat`), { withChildren: true }) ?? 0;
    return sum;
  }

  /** Peaks of several processes do not add up: what counts is the sum at one time. */
  resetPeak(): void {}

  [Symbol.dispose](): void {
    this.#first[Symbol.dispose]();
  }

  #inDirectories(): number {
    let bytes = 0;
    for (const directory of this.#tree.directories) {
      try {
        const { bsize, blocks, bfree, files, ffree } = statfsSync(`/proc/${this.#pid}/root${directory}`);
        bytes += (blocks - bfree) * bsize + (files - ffree) * FILE_BYTES;
      } catch {
        // It has ended.
      }
    }
    return bytes;
  }
}

/** A process and its descendants, parents first. Of more than `most` it is enough to know that they are more: a look must stay short. */
function processesOf(first: number, most: number): number[] {
  const found = [first];
  for (let index = 0; index < found.length && found.length <= most; index += 1) {
    const pid = found[index] as number;
    for (const thread of threadsOf(pid)) {
      for (const child of read(`/proc/${pid}/task/${thread}/children`).split(' ')) {
        if (child !== '') found.push(Number(child));
      }
    }
  }
  return found;
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Empty when it has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
