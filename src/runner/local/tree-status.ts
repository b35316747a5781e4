import { closeSync, openSync, readdirSync, readSync, statfsSync } from 'node:fs';
import { cpuOf, type Look, memoryOf, openProcessStatus, type ProcessStatus } from './process-status.ts';
import { SharedMemory, type TreeProcess } from './shared-memory.ts';
import { socketBytes } from './socket-memory.ts';
import type { Tree } from './starter/messages.ts';

/** What the kernel keeps for one file of a file system in memory, bytes, beside what the file holds. */
const FILE_BYTES = 1024;

/**
 * Reads /proc of a process and of all that it has started, and how full its directories in memory are. An orphan belongs to
 * the process when that is the first of its process-id namespace. Null where there is no /proc, or the process has ended.
 */
export function openTreeStatus(pid: number, tree: Tree): ProcessStatus | null {
  const first = openProcessStatus(pid, { withChildren: true });
  return first === null ? null : new TreeStatus(pid, first, tree);
}

class TreeStatus implements ProcessStatus {
  readonly #pid: number;
  /** Holds on to the first process, without which there is no tree. */
  readonly #first: ProcessStatus;
  readonly #tree: Tree;
  readonly #shared = new SharedMemory();
  readonly countsTwice = true;

  constructor(pid: number, first: ProcessStatus, tree: Tree) {
    this.#pid = pid;
    this.#first = first;
    this.#tree = tree;
  }

  look(doubtedFrom = Number.POSITIVE_INFINITY): Look {
    const first = this.#first.look();
    if (first.cpuMs === null) return first;
    const beside =
      bytesInDirectories(this.#pid, this.#tree.directories) +
      (this.#tree.hasOwnNetwork ? socketBytes(this.#pid) : 0);
    let own = 0;
    let threads = 0;
    let cpuMs = 0;
    const found: TreeProcess[] = [{ pid: this.#pid, parent: -1 }];
    for (let index = 0; index < found.length; index += 1) {
      const { pid } = found[index] as TreeProcess;
      const { memory, cpuMs: used } = index === 0 ? first : lookAt(pid);
      own += memory?.own ?? 0;
      threads += memory?.threads ?? 0;
      cpuMs += used ?? 0;
      // Of more than there may be it is enough to know that they are more: a look must stay short.
      if (found.length <= this.#tree.threads) addChildren(found, index, memory?.threads ?? 1);
    }
    if (beside + own > doubtedFrom) own = this.#shared.sum(found, doubtedFrom - beside);
    own += beside;
    return { memory: first.memory && { own, peak: own, threads }, cpuMs };
  }

  /** Peaks of several processes do not add up: what counts is the sum at one time. */
  resetPeak(): void {}

  [Symbol.dispose](): void {
    this.#first[Symbol.dispose]();
  }
}

/** What these directories in memory hold, each a file system of its own, bytes; absolute, as the process sees them. */
export function bytesInDirectories(pid: number, directories: readonly string[]): number {
  let bytes = 0;
  for (const directory of directories) {
    try {
      const { bsize, blocks, bfree, files, ffree } = statfsSync(`/proc/${pid}/root${directory}`);
      bytes += (blocks - bfree) * bsize + (files - ffree) * FILE_BYTES;
    } catch {
      // It has ended.
    }
  }
  return bytes;
}

function lookAt(pid: number): Look {
  return {
    memory: memoryOf(read(`/proc/${pid}/status`)),
    cpuMs: cpuOf(read(`/proc/${pid}/stat`), { withChildren: true }),
  };
}

/** Each thread has children of its own. A process that has ended has none, and one thread that is told. */
function addChildren(found: TreeProcess[], parent: number, threads: number): void {
  const { pid } = found[parent] as TreeProcess;
  for (const thread of threads > 1 ? threadsOf(pid) : [pid]) {
    for (const child of read(`/proc/${pid}/task/${thread}/children`).split(' ')) {
      if (child !== '') found.push({ pid: Number(child), parent });
    }
  }
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Longer than any of these files is, up to as many processes as are looked at. */
const scratch = Buffer.alloc(16 * 1024);

/** Empty when it has ended. By the plain calls: `readFileSync` makes twice as many. */
function read(file: string): string {
  let opened: number | null = null;
  try {
    opened = openSync(file, 'r');
    return scratch.toString('latin1', 0, readSync(opened, scratch, 0, scratch.length, 0));
  } catch {
    return '';
  } finally {
    if (opened !== null) closeSync(opened);
  }
}
