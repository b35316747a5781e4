import { readdir, readFile, readlink } from 'node:fs/promises';
import { sep } from 'node:path';

/** The processes that run in a directory or below it; zombies have none. */
export async function processesIn(directory: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        const cwd = await readlink(`/proc/${pid}/cwd`);
        return cwd === directory || cwd.startsWith(`${directory}${sep}`);
      } catch {
        return false;
      }
    }),
  );
  return pids.filter((pid, index) => found[index] && pid !== process.pid);
}

/** Whether a process is there and not a zombie. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
  } catch {
    return false;
  }
}
