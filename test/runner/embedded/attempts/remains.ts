import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { descendantsOf } from '../../../service/support/process-table.ts';

/** Resolves when nothing is left of any run: no process of ours, none in a sandbox's directory, and no such directory. */
export async function leftBehind(dataDir: string): Promise<void> {
  await vi.waitFor(
    () => {
      const left = [
        ...descendantsOf(process.pid)
          // The starter lives as long as the runner.
          .filter(({ command }) => !command.includes('local/starter/start.js'))
          .map(({ pid, command }) => `process ${pid} ${command}`),
        ...processesBelow(dataDir).map((pid) => `process ${pid} in a sandbox's directory`),
        ...sandboxDirectories(dataDir),
      ];
      if (left.length > 0) throw new Error(`Expected nothing to be left, got ${left.join(', ')}`);
    },
    { timeout: 10_000, interval: 20 },
  );
}

function processesBelow(directory: string): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readlinkSync(`/proc/${name}/cwd`).startsWith(directory);
    } catch {
      return false;
    }
  });
}

function sandboxDirectories(dataDir: string): string[] {
  const base = join(dataDir, 'sandboxes');
  return readdirSync(base).flatMap((server) =>
    readdirSync(join(base, server))
      .filter((name) => name !== 'package.json')
      .map((name) => `directory ${join(base, server, name)}`),
  );
}
