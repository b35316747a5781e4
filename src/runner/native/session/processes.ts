import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often, and after how long again, what is left is looked for, milliseconds: what forks faster is not to be caught so. */
const ROUNDS = 40;
const ROUND_MS = 5;

/** Children of a process, of all its threads. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
      const text = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1');
      return text.split(' ').filter(Boolean).map(Number);
    });
  } catch {
    // It has ended.
    return [];
  }
}

/** A process and all below it. */
export function treeOf(pid: number): number[] {
  const found = [pid];
  for (const one of found) found.push(...childrenOf(one));
  return found;
}

/** Whether it has ended, and waits for its parent to see that. */
export function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat[stat.lastIndexOf(')') + 2] === 'Z';
  } catch {
    return true;
  }
}

/** The process that is called `inner` in the namespace of the jail whose process 1 is `first`; null when there is none. */
export function findInJail(first: number, inner: number): number | null {
  for (const pid of treeOf(first)) {
    try {
      const [, numbers = ''] = /^NSpid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
      if (numbers.split(/\s+/).at(-1) === String(inner)) return pid;
    } catch {
      // It has ended.
    }
  }
  return null;
}

/** Ends all that `find` finds, until it finds nothing. Resolves to whether that came. */
export async function killAll(find: () => readonly number[]): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = find();
    if (found.length === 0) return true;
    for (const pid of found) signalTo(pid, 'SIGKILL');
    if (round > 0) await sleep(ROUND_MS);
    else await new Promise(setImmediate);
  }
  return find().length === 0;
}

export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself just now.
  }
}
