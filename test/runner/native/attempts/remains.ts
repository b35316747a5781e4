import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { descendantsOf } from '../../../service/support/process-table.ts';

/** What a server has in its data directory when nothing runs. */
const OWN = ['dev', 'root', 'launcher.py', 'seccomp.bpf'];
const GROUPS = '/sys/fs/cgroup/pids';

/** Resolves when nothing is left of any run: no process of ours, no control group, nothing in the data directory. */
export async function leftBehind(dataDir: string): Promise<void> {
  await vi.waitFor(
    () => {
      const processes = descendantsOf(process.pid);
      const starters = processes.filter(({ command }) => command.includes('local/starter/start.js'));
      const left = [
        ...processes
          .filter((one) => !starters.includes(one))
          .map(({ pid, command }) => `process ${pid} ${command.slice(0, 200)}`),
        ...readdirSync(join(dataDir, 'native'))
          .filter((name) => !OWN.includes(name))
          .map((name) => `file ${name}`),
        ...groupsOf(starters.map(({ pid }) => pid)).map((name) => `control group ${name}`),
      ];
      if (left.length > 0) throw new Error(`Expected nothing to be left, got ${left.join(', ')}`);
    },
    { timeout: 15_000, interval: 50 },
  );
}

/** Control groups that starters have made: below their own, which is this process's. */
function groupsOf(starters: readonly number[]): string[] {
  if (!existsSync(GROUPS)) return [];
  return readdirSync(GROUPS, { recursive: true, encoding: 'utf8' }).filter((path) =>
    starters.some((pid) => path.includes(`podline-${pid}-`) && !path.includes('/', path.indexOf('podline-'))),
  );
}
