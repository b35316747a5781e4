import { execFile } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { preparePython } from '../../../../src/runner/embedded/python/prepare.ts';
import { ObservedRun } from '../../../contract/runner/run.ts';
import { openRunner } from './runner.ts';

/** Modes do not hold for root: then the server is started as this user. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const fixture = fileURLToPath(new URL('../../../fixtures/attempts/leaveClosedDirectory.ts', import.meta.url));

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'podline-rights-'));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it.runIf(process.platform === 'linux')(
  'a directory is removed whose rights its program took away',
  async () => {
    if (isRoot) chownSync(dataDir, NOBODY, NOBODY);
    const { stdout } = await promisify(execFile)(process.execPath, [fixture, dataDir], {
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
      cwd: dataDir,
    });
    expect(JSON.parse(stdout)).toEqual({ directory: expect.stringContaining(dataDir), isThere: false });
  },
);

it('the mode of the snapshot cannot be changed through what the launcher has open', async () => {
  await using runner = await openRunner({ dataDir });
  const run = new ObservedRun(
    runner,
    'python',
    `import ctypes
ctypes.CDLL(None).emscripten_run_script(b"""
let done = 0;
for (let resource = 0; resource < 64; resource++) {
  try { Deno[Deno.internal].core.ops.op_fs_fchmod_sync(resource, 0o666); done++; } catch {}
}
Deno.stdout.writeSync(new TextEncoder().encode(done + ' changed'));
""")`,
  );
  await run.endsBy('EXITED');

  expect(run.text()).toBe('0 changed');
  expect(statSync(await preparePython()).mode & 0o022).toBe(0);
});
