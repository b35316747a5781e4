import { readFileSync } from 'node:fs';

/** The first child of a process's main thread: within a jail, the command that its process 1 runs. Null without one. */
export function firstChildOf(pid: number): number | null {
  try {
    const [first = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ');
    return /^\d+$/.test(first) ? Number(first) : null;
  } catch {
    // It has ended, or the kernel was built without CONFIG_PROC_CHILDREN.
    return null;
  }
}
