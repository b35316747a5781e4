import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

const ROOT = '/sys/fs/cgroup/pids';
/** When it is tried again to remove a group whose last process is still being reaped, milliseconds. */
const REMOVE_AGAIN_MS = 500;
let count = 0;

/** The kernel's bound on how many processes and threads there are in one control group. */
export interface ProcessBound {
  /** Puts a process under it; what that starts from then on is under it too. */
  add(pid: number): void;
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
      add(pid) {
        try {
          writeFileSync(`${folder}/cgroup.procs`, String(pid));
        } catch {
          // It has ended.
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
