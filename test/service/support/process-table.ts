import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process as Linux lists it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** Ticks since boot; with the pid it names one process for good. */
  readonly startedAt: number;
  /** `R`, `S`, `Z`, … */
  readonly state: string;
  readonly command: string;
}

/** Every process that can be read now, zombies left out: they run nothing. */
export function listProcesses(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readProcess(Number(pid)))
    .filter(({ state }) => state !== 'Z');
}

/** All that descend from `pid`, itself left out. */
export function descendantsOf(pid: number): ProcessEntry[] {
  const all = listProcesses();
  const below = (parent: number): ProcessEntry[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** Those of `processes` that still run. */
export function stillRunning(processes: readonly ProcessEntry[]): ProcessEntry[] {
  const now = new Set(listProcesses().map(nameOf));
  return processes.filter((one) => now.has(nameOf(one)));
}

/** File descriptors that the process holds, by what they point at: `socket`, `pipe`, `file`, … */
export function openFiles(pid: number): { [kind: string]: number } {
  const counts: { [kind: string]: number } = {};
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    const kind = kindOf(`/proc/${pid}/fd/${descriptor}`);
    if (kind) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Resident memory of the process, MiB. */
export function residentMb(pid: number): number {
  const kiB = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kiB) / 1024;
}

function nameOf({ pid, startedAt }: ProcessEntry): string {
  return `${pid}@${startedAt}`;
}

function readProcess(pid: number): ProcessEntry[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything; fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return [
      { pid, parent: Number(fields[1]), startedAt: Number(fields[19]), state: fields[0] ?? '', command },
    ];
  } catch {
    // It ended while it was read.
    return [];
  }
}

function kindOf(descriptor: string): string | null {
  try {
    const target = readlinkSync(descriptor);
    return target.startsWith('/') ? 'file' : target.replace(/:.*$/, '');
  } catch {
    return null;
  }
}
