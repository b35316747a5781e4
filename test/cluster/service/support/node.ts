import { readdirSync, readFileSync } from 'node:fs';

/**
 * The launcher of a pod as this machine numbers it: process 1 of its container, told from the one that holds the pod's
 * network by its interpreter. Null when the pod runs on another machine.
 */
export function launcherProcess(podUid: string): number | null {
  const names = [`pod${podUid}`, `pod${podUid.replaceAll('-', '_')}`];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const groups = read(`/proc/${pid}/cgroup`);
    if (!names.some((name) => groups.includes(name))) continue;
    const inner = /^NSpid:.*\s(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1];
    if (inner === '1' && /python|node/.test(read(`/proc/${pid}/cmdline`))) return Number(pid);
  }
  return null;
}

/** Empty when it has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
