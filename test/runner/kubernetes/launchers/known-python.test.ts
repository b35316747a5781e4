import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launcherSource } from '../../../../src/runner/kubernetes/launchers/source.ts';
import type { ReadyFrame } from '../../../support/launcher/frames.ts';
import { LauncherProcess } from '../../../support/launcher/launcher-process.ts';
import { eachLauncher } from './table.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'podline-known-python-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const KNOWN = 'KNOWN = ((3, 8), (3, 14))';
/** Whether the program runs where the interpreter was forked, as its command line shows. */
const TELLS = 'print("-u" in open("/proc/self/cmdline").read().split(chr(0)))';

eachLauncher(({ name, programs, start }) => {
  if (name === 'javascript') {
    test('has nothing to say of its interpreter', async () => {
      await using launcher = await start();
      expect(await launcher.hello()).not.toHaveProperty('notice');
      await launcher.result(programs.hello);
    });
    return;
  }

  test('runs a program in the interpreter that waits, where it is known', async () => {
    await using launcher = await start();
    const ready = await launcher.hello();
    const { stdout } = await launcher.result(TELLS);
    // A python3 newer than those looked into says so, and no other does.
    expect(stdout).toBe('notice' in ready ? 'True\n' : 'False\n');
  });

  test('says that it does not know an interpreter, and runs programs all the same', async () => {
    const source = launcherSource('python');
    expect(source).toContain(KNOWN);
    const file = join(directory, 'launcher.py');
    await writeFile(file, source.replace(KNOWN, 'KNOWN = ((3, 6), (3, 7))'));
    await using launcher = new LauncherProcess({ command: 'python3', args: ['-E', '-s', file], directory });
    const ready: ReadyFrame & { notice?: string } = await launcher.hello();
    expect(ready.notice).toMatch(
      /^Python 3\.\d+\.\S+ starts each program in a new process, some 20 ms later than a known one would: the layout of its runtime is not known \(docs\/decisions\/fork-by-another-thread\.md\)\.$/,
    );
    const { end, stdout } = await launcher.result(TELLS);
    expect([end.cause, end.exitCode, stdout]).toEqual(['exit', 0, 'True\n']);
  });
});
