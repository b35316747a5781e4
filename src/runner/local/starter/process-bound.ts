import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

const ROOT = '/sys/fs/cgroup/pids';
/** When it is tried again to remove a group whose last process is still being reaped, milliseconds. */
const REMOVE_AGAIN_MS = 500;
let count = 0;

/** The kernel's bound on how many processes and threads there are in one control group. */
export interface ProcessBound {
  /**
   * Runs what starts a process, which is under the bound from its first instruction on, as all that it starts: it inherits
   * the group of the thread that forks it. To put it there afterwards is too late for what it started meanwhile.
   */
  start<T>(start: () => T): T;
  /** To be called when all of them have ended. */
  release(): void;
}

/**
 * Opens a bound of `most` processes and threads with the pids controller of cgroup v1. Null where this process may not: then
 * RLIMIT_NPROC bounds them, which the kernel applies to everybody but root. With cgroup v2 nothing is opened.
 */
export function openProcessBound(most: number): ProcessBound | null {
  try {
    const own = /^\d+:pids:(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'latin1'))?.[1];
    if (own === undefined) return null;
    const parent = `${ROOT}${own === '/' ? '' : own}`;
    if (count === 0) sweep(parent);
    count += 1;
    const folder = `${parent}/podline-${process.pid}-${count}`;
    mkdirSync(folder);
    try {
      writeFileSync(`${folder}/pids.max`, String(most));
    } catch (cause) {
      rmdirSync(folder);
      throw cause;
    }
    return {
      start(start) {
        try {
          // 0 is the thread that writes: this one alone moves, not the starter.
          writeFileSync(`${folder}/tasks`, '0');
          return start();
        } catch (cause) {
          remove(folder, false);
          throw cause;
        } finally {
          writeFileSync(`${parent}/tasks`, '0');
        }
      },
      release: () => remove(folder, true),
    };
  } catch {
    return null;
  }
}

/** Removes the groups of starters that are gone. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /^podline-(\d+)-\d+$/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) remove(`${parent}/${name}`, false);
  }
}

function remove(folder: string, isFirst: boolean): void {
  try {
    rmdirSync(folder);
  } catch {
    if (isFirst) setTimeout(remove, REMOVE_AGAIN_MS, folder, false);
  }
}
