import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const fixture = fileURLToPath(new URL('fixtures/exhaustDescriptors.ts', import.meta.url));

test.skipIf(process.platform === 'win32')(
  'a start without file descriptors fails, and does not end the server',
  async () => {
    const base = mkdtempSync(join(tmpdir(), 'podline-descriptors-'));
    try {
      const script = 'ulimit -n 100; exec "$@"';
      const { stdout } = await run('/bin/sh', ['-c', script, 'sh', process.execPath, fixture, base]);
      expect(stdout).toMatch(
        /^ready\n.*(too few file descriptors are left|before its pipes were there)\nready again\n$/,
      );
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  },
);
