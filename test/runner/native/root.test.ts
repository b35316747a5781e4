import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeRoot } from '../../../src/runner/native/root.ts';

test.runIf(process.platform === 'linux')('the root directory of sandboxes is made anew', () => {
  const directory = mkdtempSync(join(tmpdir(), 'podline-root-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const root = join(directory, 'root');
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc/left'), 'of an earlier start');
  const own = { copied: { 'some.py': import.meta.filename }, mounted: { 'bin/node': process.execPath } };
  const args = makeRoot(directory, own, ['/opt/some/venv']);

  expect(existsSync(join(root, 'etc/left'))).toBe(false);
  expect(readFileSync(join(root, 'podline/some.py'), 'utf8')).toBe(
    readFileSync(import.meta.filename, 'utf8'),
  );
  expect(readFileSync(join(root, 'etc/passwd'), 'utf8')).toMatch(/^program:x:1000:1000:/m);
  expect(lstatSync(join(root, 'dev/stdout')).isSymbolicLink()).toBe(true);
  // Each place that something is mounted on is there: nothing can be made in it later.
  const places = args.flatMap((word, index) =>
    /^--(ro|dev)-bind$/.test(word) ? [args[index + 2] ?? ''] : [],
  );
  expect(places).toContain('/opt/some/venv');
  for (const place of places) expect(existsSync(join(root, place)), place).toBe(true);
});
