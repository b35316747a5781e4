import * as fs from 'node:fs';
import { KiB } from './bounds.js';
import { isInit } from './start.js';

function readText(path) {
  try {
    return fs.readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

/** The number after `name` at the beginning of a line; null when there is none. */
function numberAfter(text, name) {
  const found = new RegExp(`^${name}:?\\s+(\\d+)`, 'm').exec(text ?? '');
  return found === null ? null : Number(found[1]);
}

/** Bytes of a process's memory that are its own: pages of files (Node itself) do not count. Null when it is gone. */
export function memoryOf(pid) {
  const status = readText(`/proc/${pid}/status`);
  const resident = numberAfter(status, 'VmRSS');
  if (resident === null) return null;
  // gVisor shows neither the pages of files nor the peak.
  const files = numberAfter(status, 'RssFile') ?? 0;
  const peak = numberAfter(status, 'VmHWM') ?? resident;
  return { now: (resident - files) * KiB, peak: Math.max(resident - files, peak - files) * KiB };
}

/** User and system time in ms: of the process itself, and of the children it has waited for. */
export function timesOf(pid) {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The second field is a name in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 15);
  const [own, childs] = [11, 13].map((at) => (Number(fields[at]) + Number(fields[at + 1])) * 10);
  return Number.isFinite(own + childs) ? { own, childs } : null;
}

/** Processor time of the whole container in ms, by either version of cgroups. */
export function containerCpuMs() {
  const used = numberAfter(readText('/sys/fs/cgroup/cpu.stat'), 'usage_usec');
  if (used !== null) return used / 1e3;
  const nanoseconds = readText('/sys/fs/cgroup/cpuacct/cpuacct.usage');
  return nanoseconds === null ? null : Number(nanoseconds) / 1e6;
}

/** How many processes of the container the kernel has killed for want of memory. */
export function containerOomKills() {
  const events =
    readText('/sys/fs/cgroup/memory.events') ?? readText('/sys/fs/cgroup/memory/memory.oom_control');
  return numberAfter(events, 'oom_kill') ?? 0;
}

export function selfCpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

/** All processes that have not ended, and the parent of each. */
function processParents() {
  const found = [];
  for (const name of namesOfProcesses()) {
    const stat = readText(`/proc/${name}/stat`);
    if (stat === null) continue;
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 2);
    if (state !== 'Z') found.push([Number(name), Number(parent)]);
  }
  return found;
}

function namesOfProcesses() {
  try {
    return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** All processes below this one but those of `spared`, and what is below these. */
export function processesBelow(spared = new Set()) {
  const children = new Map();
  for (const [pid, parent] of processParents()) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const found = (children.get(process.pid) ?? []).filter((pid) => !spared.has(pid));
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** All processes of the program whose first one this is. */
export function processesOf(pid) {
  return isInit ? allButInit() : [pid, ...descendants(pid)];
}

function allButInit() {
  return namesOfProcesses()
    .map(Number)
    .filter((pid) => pid > 1);
}

/** Outside a pod, where other people's processes are to be seen too. */
function descendants(pid) {
  const children = readText(`/proc/${pid}/task/${pid}/children`)?.trim() ?? '';
  if (children === '') return [];
  return children.split(' ').flatMap((child) => [Number(child), ...descendants(Number(child))]);
}
