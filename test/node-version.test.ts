import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'podline-node-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// What an older Node says of itself; what it cannot read, it meets only after this.
const PRETEND = join(folder, 'pretend.cjs');
writeFileSync(
  PRETEND,
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });\n",
);

it.each(['src/start.js', 'src/cli/podline.js'])(
  '%s says which Node it needs on one that is too old',
  (script) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--require', PRETEND, join(ROOT, script)],
      {
        encoding: 'utf8',
      },
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^Podline needs Node 24 .*this is Node 20\.20\.2\..*\n$/);
  },
);
