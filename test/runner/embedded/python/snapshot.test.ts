import { mkdtemp, open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPackages } from '../../../../src/runner/embedded/packages.ts';
import { ensurePythonSnapshot } from '../../../../src/runner/embedded/python/snapshot.ts';

const packages = findPackages();
let dataDir: string;
let file: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'podline-snapshot-'));
  const made = await Promise.all([1, 2].map(() => ensurePythonSnapshot({ dataDir, packages })));
  expect(new Set(made).size).toBe(1);
  file = made[0] ?? '';
}, 120_000);

afterAll(() => rm(dataDir, { recursive: true, force: true }));

test('two at once make one file and leave nothing else', async () => {
  expect(await readdir(dataDir)).toEqual([file.slice(dataDir.length + 1)]);
});

test('one that is there is used as it is', async () => {
  const before = await stat(file);
  expect(await ensurePythonSnapshot({ dataDir, packages })).toBe(file);
  expect((await stat(file)).ino).toBe(before.ino);
});

test('one that is damaged is made anew, and those of other versions go', { timeout: 120_000 }, async () => {
  const size = (await stat(file)).size;
  const handle = await open(file, 'r+');
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size >> 1);
  await handle.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, size >> 1);
  await handle.close();
  await writeFile(join(dataDir, 'python-0123456789abcdef.snapshot'), 'old');
  await writeFile(join(dataDir, 'python-0123456789abcdef.snapshot.x.unfinished'), 'of another process');
  await writeFile(join(dataDir, 'python-0123456789abcdef.snapshot.y.unfinished'), 'abandoned');
  await utimes(join(dataDir, 'python-0123456789abcdef.snapshot.y.unfinished'), 0, 0);
  await writeFile(join(dataDir, 'podline.sqlite'), 'not ours');
  const damaged = await readFile(file);
  expect(await ensurePythonSnapshot({ dataDir, packages })).toBe(file);
  expect((await readFile(file)).equals(damaged)).toBe(false);
  expect((await readdir(dataDir)).sort()).toEqual(
    [
      'podline.sqlite',
      'python-0123456789abcdef.snapshot.x.unfinished',
      file.slice(dataDir.length + 1),
    ].sort(),
  );
});

test('a failure says what Deno said, and leaves nothing behind', async () => {
  const broken = { ...packages, pyodideDirectory: join(dataDir, 'nowhere/') };
  await expect(ensurePythonSnapshot({ dataDir, packages: broken })).rejects.toThrow(/nowhere/);
  const denoless = { ...packages, denoVersion: 'other', denoFile: '/nonexistent/deno' };
  await expect(ensurePythonSnapshot({ dataDir, packages: denoless })).rejects.toThrow(/ENOENT/);
  const stopped = AbortSignal.abort(new Error('closing'));
  const other = { ...packages, denoVersion: 'another' };
  await expect(ensurePythonSnapshot({ dataDir, packages: other, signal: stopped })).rejects.toThrow();
  expect((await readdir(dataDir)).filter((name) => name.includes('unfinished'))).toEqual([
    'python-0123456789abcdef.snapshot.x.unfinished',
  ]);
});
