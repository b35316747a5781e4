import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';

/** Memory of one process as the kernel counts it, bytes. */
export interface Memory {
  /** Anonymous and shared memory, in swap too, and page tables: what a program can use up. Pages of files (the runtime's binary) do not count. */
  readonly own: number;
  /** As `own`, at its highest since the last `resetPeak`. */
  readonly peak: number;
  readonly threads: number;
}

/** What /proc tells of a process at one time. */
export interface Look {
  /** Null once it has ended. */
  readonly memory: Memory | null;
  /** User and system time of all its threads, milliseconds (in steps of 10). Null once it is reaped. */
  readonly cpuMs: number | null;
}

/** Reads /proc of one process; holds on to that process, so that a reused number is not mistaken for it. */
export interface ProcessStatus extends Disposable {
  /** Whether memory that several processes share counts for each, unless it is looked at closely. */
  readonly countsTwice: boolean;
  /** @param doubtedFrom bytes: what is more is looked at closely, as far as several processes may share it; default: nothing is */
  look(doubtedFrom?: number): Look;
  /** Lets the peak count from now on. */
  resetPeak(): void;
}

/**
 * Null where there is no /proc (any system but Linux), or the process has ended.
 * @param withChildren whether processor time of the children it has reaped is its own; default false
 */
export function openProcessStatus(
  pid: number,
  { withChildren = false }: { readonly withChildren?: boolean } = {},
): ProcessStatus | null {
  const opened: number[] = [];
  try {
    const status = openSync(`/proc/${pid}/status`, 'r');
    opened.push(status);
    const stat = openSync(`/proc/${pid}/stat`, 'r');
    opened.push(stat);
    return new LinuxProcessStatus({ pid, status, stat, withChildren });
  } catch {
    for (const file of opened) closeSync(file);
    return null;
  }
}

/** The kernel tells times to user space in hundredths of a second on every architecture Deno runs on. */
const MS_PER_TICK = 10;
const scratch = Buffer.alloc(4096);

interface OpenedStatus {
  readonly pid: number;
  /** File descriptors. */
  readonly status: number;
  readonly stat: number;
  readonly withChildren: boolean;
}

class LinuxProcessStatus implements ProcessStatus {
  readonly countsTwice = false;
  readonly #pid: number;
  readonly #status: number;
  readonly #stat: number;
  readonly #withChildren: boolean;
  #open = true;

  constructor({ pid, status, stat, withChildren }: OpenedStatus) {
    this.#pid = pid;
    this.#status = status;
    this.#stat = stat;
    this.#withChildren = withChildren;
  }

  look(): Look {
    const status = this.#read(this.#status);
    const stat = this.#read(this.#stat);
    return {
      memory: status === null ? null : memoryOf(status),
      cpuMs: stat === null ? null : cpuOf(stat, { withChildren: this.#withChildren }),
    };
  }

  resetPeak(): void {
    try {
      writeFileSync(`/proc/${this.#pid}/clear_refs`, '5');
    } catch {
      // Then the peak counts from the process's start: it may tell more than the program used, never less.
    }
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#status);
    closeSync(this.#stat);
  }

  #read(file: number): string | null {
    if (!this.#open) return null;
    try {
      return scratch.toString('latin1', 0, readSync(file, scratch, 0, scratch.length, 0));
    } catch {
      return null;
    }
  }
}

/** What `/proc/<pid>/status` tells of memory; null when it is that of a process that has ended. */
export function memoryOf(status: string): Memory | null {
  const resident = kibibytes(status, 'VmRSS');
  const files = kibibytes(status, 'RssFile');
  const peak = kibibytes(status, 'VmHWM');
  const threads = kibibytes(status, 'Threads') ?? 1;
  if (resident === null || files === null || peak === null) return null;
  const beside = (kibibytes(status, 'VmSwap') ?? 0) + (kibibytes(status, 'VmPTE') ?? 0);
  // The peak is kept for all pages together; those of files hardly ever leave again.
  const own = resident - files + beside;
  return { own: own * 1024, peak: Math.max(own, peak - files + beside) * 1024, threads };
}

/** Processor time by `/proc/<pid>/stat`, milliseconds; `withChildren`: and of the children it has reaped. Null when it tells none. */
export function cpuOf(stat: string, { withChildren }: { readonly withChildren: boolean }): number | null {
  // The second field is the program's name in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 15);
  let ticks = 0;
  for (let field = 11; field < (withChildren ? 15 : 13); field += 1) ticks += Number(fields[field]);
  return Number.isFinite(ticks) ? ticks * MS_PER_TICK : null;
}

/** The figure of a line of /proc; null when there is none. */
export function kibibytes(text: string, name: string): number | null {
  const start = text.indexOf(`\n${name}:`);
  if (start === -1) return null;
  const value = Number.parseInt(text.slice(start + name.length + 2, start + name.length + 24), 10);
  return Number.isNaN(value) ? null : value;
}
