import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Controllers that the groups of programs have to have. */
const CONTROLLERS = ['memory', 'pids'] as const;
/** Where the server and what else was in its group go: a group with controllers for others holds no process itself. */
const OWN = 'podline';
/** When it is tried again to remove a group whose last process is still being reaped, milliseconds. */
const REMOVE_AGAIN_MS = 500;
let count = 0;

/** Stands for the group that this process is in. */
const OWN_GROUP = 'own';

/**
 * Makes a directory of cgroup v2 ready to hold a group for each program, and returns it: with the controllers of memory and
 * processes switched on for what is below, and no process in it.
 * @param named an absolute path, or `own`: the group that this process is in, which has to be delegated to it
 * @throws Error with a sentence when it cannot be used
 */
export function openControlGroups(named: string): string {
  try {
    const directory = named === OWN_GROUP ? ownGroup() : named;
    const offered = words(join(directory, 'cgroup.controllers'));
    const missing = CONTROLLERS.filter((name) => !offered.includes(name));
    if (missing.length > 0) throw new Error(`it has no controller ${missing.join(' and ')}`);
    const enabled = words(join(directory, 'cgroup.subtree_control'));
    if (!CONTROLLERS.every((name) => enabled.includes(name))) {
      leave(directory);
      const orders = CONTROLLERS.map((name) => `+${name}`).join(' ');
      writeFileSync(join(directory, 'cgroup.subtree_control'), orders);
    }
    sweep(directory);
    return directory;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`expected a directory of cgroup v2 to make control groups in, got ${named}: ${problem}`, {
      cause,
    });
  }
}

/** @throws Error without cgroup v2 */
function ownGroup(): string {
  const mounted = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/self/mounts', 'latin1'))?.[1];
  const own = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'latin1'))?.[1];
  if (mounted === undefined || own === undefined) throw new Error('there is no cgroup v2');
  return join(mounted, own);
}

/** Moves what is in a group into one below. */
function leave(directory: string): void {
  const pids = words(join(directory, 'cgroup.procs'));
  if (pids.length === 0) return;
  mkdirSync(join(directory, OWN), { recursive: true });
  for (const pid of pids) {
    try {
      writeFileSync(join(directory, OWN, 'cgroup.procs'), pid);
    } catch {
      // It has ended; where one has not, the controllers cannot be switched on, which says so.
    }
  }
}

/** What a control group tells. */
export interface GroupUsage {
  /** Processor time of all that was ever in it, milliseconds. */
  readonly cpuMs: number;
  /** Whether the kernel has killed one of its processes because its memory was used up. */
  readonly isOutOfMemory: boolean;
}

/** A control group (cgroup v2) for one jail: what is in it, and what that starts, is bounded and counted by the kernel. */
export class ControlGroup {
  readonly #folder: string;

  /**
   * @param directory as `openControlGroups` returns it
   * @param processes the most processes and threads there may be in it
   * @throws what the file system does
   */
  constructor(directory: string, processes: number) {
    count += 1;
    this.#folder = join(directory, `podline-${process.pid}-${count}`);
    mkdirSync(this.#folder);
    try {
      this.#write('pids.max', String(processes));
      // A program is ended whole: what lives on without one of its processes fails in a way that nobody can explain.
      this.#write('memory.oom.group', '1');
      // Memory that is paged out would not count.
      if (existsSync(join(this.#folder, 'memory.swap.max'))) this.#write('memory.swap.max', '0');
    } catch (cause) {
      rmdirSync(this.#folder);
      throw cause;
    }
  }

  /** Moves a process there. Not at once: the kernel waits for all its processors, for milliseconds. Rejects when it has ended. */
  add(pid: number): Promise<void> {
    return writeFile(join(this.#folder, 'cgroup.procs'), String(pid));
  }

  /** The most memory that may be used on top of what is used now, bytes. */
  limitMemory(bytes: number): void {
    try {
      this.#write('memory.max', String(Number(this.#read('memory.current')) + bytes));
    } catch {
      // It has ended; what is sampled bounds it too.
    }
  }

  /** Null when it cannot be told. */
  get usage(): GroupUsage | null {
    try {
      const [, kills = '0'] = /^oom_kill (\d+)$/m.exec(this.#read('memory.events')) ?? [];
      const [, usec = '0'] = /^usage_usec (\d+)$/m.exec(this.#read('cpu.stat')) ?? [];
      return { cpuMs: Number(usec) / 1000, isOutOfMemory: kills !== '0' };
    } catch {
      return null;
    }
  }

  /** To be called when all of its processes have ended, or are about to. */
  release(): void {
    remove(this.#folder, true);
  }

  #read(name: string): string {
    return readFileSync(join(this.#folder, name), 'latin1');
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.#folder, name), text);
  }
}

/** Removes the groups of starters that are gone. */
function sweep(directory: string): void {
  for (const name of readdirSync(directory)) {
    const pid = /^podline-(\d+)-\d+$/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) remove(join(directory, name), false);
  }
}

function remove(folder: string, isFirst: boolean): void {
  try {
    rmdirSync(folder);
  } catch {
    if (isFirst) setTimeout(remove, REMOVE_AGAIN_MS, folder, false);
  }
}

function words(file: string): string[] {
  return readFileSync(file, 'latin1')
    .split(/\s/)
    .filter((word) => word !== '');
}
