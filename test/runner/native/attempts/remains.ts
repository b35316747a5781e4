import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { descendantsOf } from '../../../service/support/process-table.ts';

const GROUPS = '/sys/fs/cgroup/pids';

/** What a server has in its data directory, without the root directory of its jails, which nothing in them can write to. */
export function filesOf(dataDir: string): readonly string[] {
  const all = readdirSync(join(dataDir, 'native'), { recursive: true, encoding: 'utf8' });
  return all.filter((path) => !path.startsWith('root/'));
}

/**
 * Resolves when nothing is left of any run: no process of ours, no control group, nothing more in the data directory.
 * @param files there before
 */
export async function leftBehind(dataDir: string, files: readonly string[]): Promise<void> {
  await vi.waitFor(
    () => {
      const processes = descendantsOf(process.pid);
      const starters = processes.filter(({ command }) => command.includes('local/starter/start.js'));
      const left = [
        ...processes
          .filter((one) => !starters.includes(one))
          .map(({ pid, command }) => `process ${pid} ${command.slice(0, 200)}`),
        ...filesOf(dataDir)
          .filter((name) => !files.includes(name))
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
