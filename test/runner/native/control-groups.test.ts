import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LANGUAGES } from '../../../src/runner/languages/languages.ts';
import { openNativeRunner } from '../../../src/runner/native/open.ts';
import { ObservedRun } from '../../contract/runner/run.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../embedded/limits.ts';
import { canDelegate, Delegated } from '../local/starter/delegated.ts';
import { hasBubblewrap } from './here.ts';

function options(cgroup: string) {
  const dataDir = mkdtempSync(join(tmpdir(), 'podline-native-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  return {
    dataDir,
    cgroup,
    warm: { python: 1, shell: 1 },
    languages: LANGUAGES.filter(({ name }) => name === 'python' || name === 'bash'),
    defaultLimits: LIMITS,
    maximumLimits: MAXIMUM_LIMITS,
    logger: silentLogger,
  };
}

test.runIf(hasBubblewrap)('a directory that is none of cgroup v2 stops the start', async () => {
  await expect(openNativeRunner(options('/nowhere'))).rejects.toThrow(
    'NATIVE_CGROUP: expected a directory of cgroup v2 to make control groups in, got /nowhere',
  );
});

test.runIf(hasBubblewrap && canDelegate)(
  'with cgroup v2 the kernel bounds memory and processes of programs, and nothing is left of them',
  { timeout: 240_000 },
  async () => {
    await using delegated = new Delegated();
    {
      await using runner = await openNativeRunner(options(delegated.directory));
      expect(runner.runtimes[0]?.notes.join(' ')).toContain('cgroup v2');
      const fills = new ObservedRun(
        runner,
        'python',
        'a = []\nwhile True: a.append(bytearray(b"x") * (1 << 20))',
      );
      await fills.endsBy('OUT_OF_MEMORY');
      const forks = new ObservedRun(
        runner,
        'bash',
        'for i in $(seq 400); do sleep 1 & done 2>/tmp/said; grep -c -i fork /tmp/said',
      );
      await forks.end;
      expect(forks.text()).not.toBe('0\n');
      const spins = new ObservedRun(runner, 'python', 'for i in range(300000): pass\nprint("done")');
      const { usage } = await spins.endsBy('EXITED');
      expect(spins.text()).toBe('done\n');
      expect(usage?.cpuMs).toBeGreaterThan(0);
    }
    await expect.poll(() => delegated.groups, { timeout: 20_000 }).toEqual([]);
  },
);
