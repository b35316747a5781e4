import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openEmbeddedRunner } from '../../../src/runner/embedded/open.ts';
import { describeSessionHost } from '../../contract/session-host.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from './limits.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'podline-sessions-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

describeSessionHost('embedded', () =>
  openEmbeddedRunner({
    dataDir,
    warm: { python: 2, javascript: 2 },
    defaultLimits: LIMITS,
    maximumLimits: MAXIMUM_LIMITS,
    logger: silentLogger,
  }),
);
