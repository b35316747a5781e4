import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../../src/runner/languages/languages.ts';
import { openNativeRunner } from '../../../src/runner/native/open.ts';
import { ObservedRun } from '../../contract/runner/run.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../embedded/limits.ts';
import { hasBubblewrap } from './here.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'podline-native-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** A shell whose tool leaves a file for all programs, and says how often it was asked to. */
const languages = LANGUAGES.filter(({ name }) => name === 'bash').map((bash) => ({
  ...bash,
  commands: { ...bash.commands, prepare: ['sh', '-c', 'echo made >/podline/cache/made'] },
}));

describe.runIf(hasBubblewrap)('what a tool makes once', { timeout: 60_000 }, () => {
  const open = () =>
    openNativeRunner({
      dataDir,
      warm: {},
      defaultLimits: LIMITS,
      maximumLimits: MAXIMUM_LIMITS,
      logger: silentLogger,
      languages,
    });
  const made = join(dataDir, 'native/root/podline/cache/bash');
  const read =
    'cat /podline/cache/bash/made; echo x >/podline/cache/bash/made; echo x >/podline/cache/other; ls /podline/cache';

  test('is there for every program after the first, which cannot change it, and in the next server', async () => {
    {
      await using runner = await open();
      await new ObservedRun(runner, 'bash', 'true').endsBy('EXITED');
      await expect.poll(() => existsSync(join(made, 'complete')), { timeout: 20_000 }).toBe(true);
      const observed = new ObservedRun(runner, 'bash', read);
      await observed.endsBy('EXITED');
      expect(observed.text('STDOUT')).toBe('made\nbash\n');
      expect(observed.text('STDERR').match(/Read-only file system/g)).toHaveLength(2);
    }
    await using next = await open();
    const observed = new ObservedRun(next, 'bash', read);
    await observed.endsBy('EXITED');
    expect(observed.text('STDOUT')).toBe('made\nbash\n');
    expect(readFileSync(join(made, 'made'), 'utf8')).toBe('made\n');
  });
});
