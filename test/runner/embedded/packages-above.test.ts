import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedRunner } from '../../../src/runner/embedded/open.ts';
import { ObservedRun } from '../../contract/runner/run.ts';
import { findWalls } from './attempts/walls.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from './limits.ts';

let base: string;

/** As a data directory in a clone has: a package of the host above it, which would make modules of all files below. */
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'podline-packages-'));
  writeFileSync(join(base, 'package.json'), '{"type":"module","name":"host"}');
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe.each([...(await findWalls()), { isolation: 'none' as const }])(
  'with $isolation',
  ({ isolation }) => {
    it('a package above the data directory is none of a program', async () => {
      await using runner = await openEmbeddedRunner({
        dataDir: join(base, 'data'),
        warm: {},
        defaultLimits: LIMITS,
        maximumLimits: MAXIMUM_LIMITS,
        logger: silentLogger,
        isolation,
      });
      const run = new ObservedRun(runner, 'javascript', 'console.log(require("./other.js"))', {
        fileName: 'main.cjs',
        payload: { files: [{ path: 'other.js', content: Buffer.from('exports.answer = 42') }] },
      });
      await run.endsBy('EXITED');
      expect(run.text('STDERR')).toBe('');
      expect(run.text()).toBe('{ answer: 42 }\n');
    });
  },
);
