import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { openNativeRunner } from '../../../src/runner/native/open.ts';
import { NATIVE_PROGRAMS } from '../../contract/runner/native-programs.ts';
import { PROGRAMS } from '../../contract/runner/programs.ts';
import { describeRunner } from '../../contract/runner.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../embedded/limits.ts';
import { hasBubblewrap, isHere } from './here.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'podline-native-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const programs = [...PROGRAMS, ...NATIVE_PROGRAMS].filter(({ language }) => isHere(language));

describe.runIf(hasBubblewrap && existsSync('/usr/bin/python3'))('with the tools of this machine', () => {
  describeRunner(
    'native',
    () =>
      openNativeRunner({
        dataDir,
        warm: { python: 1, javascript: 1, shell: 2 },
        defaultLimits: LIMITS,
        maximumLimits: MAXIMUM_LIMITS,
        logger: silentLogger,
      }),
    programs,
  );
});
