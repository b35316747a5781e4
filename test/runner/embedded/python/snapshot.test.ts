import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPackages } from '../../../../src/runner/embedded/packages.ts';
import { preparePython } from '../../../../src/runner/embedded/python/prepare.ts';
import { ensurePythonSnapshot } from '../../../../src/runner/embedded/python/snapshot.ts';

const packages = findPackages();
let makings = 0;
const onMaking = () => {
  makings++;
};
let dataDir: string;
let file: string;
let damaged: Buffer;

const OLD = 'python-0123456789abcdef.snapshot';

/** Two at once, in a directory that has one with a wrong byte, and what others left. */
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'podline-snapshot-'));
  const installed = await preparePython();
  damaged = await readFile(installed);
  damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1;
  await writeFile(join(dataDir, basename(installed)), damaged);
  await writeFile(join(dataDir, OLD), 'old');
  await writeFile(join(dataDir, `${OLD}.x.unfinished`), 'of another process');
  await writeFile(join(dataDir, `${OLD}.y.unfinished`), 'abandoned');
  await utimes(join(dataDir, `${OLD}.y.unfinished`), 0, 0);
  await writeFile(join(dataDir, 'podline.sqlite'), 'not ours');
  const made = await Promise.all([1, 2].map(() => ensurePythonSnapshot({ dataDir, packages, onMaking })));
  expect(new Set(made).size).toBe(1);
  file = made[0] ?? '';
}, 120_000);

afterAll(() => rm(dataDir, { recursive: true, force: true }));

test('one that is damaged is made anew, by two at once, and those of other versions go', async () => {
  expect(makings).toBe(2);
  expect((await readFile(file)).equals(damaged)).toBe(false);
  expect((await readdir(dataDir)).sort()).toEqual(
    ['podline.sqlite', `${OLD}.x.unfinished`, basename(file)].sort(),
  );
});

test('one that is there is used as it is', async () => {
  const before = await stat(file);
  expect(await ensurePythonSnapshot({ dataDir, packages, onMaking })).toBe(file);
  expect((await stat(file)).ino).toBe(before.ino);
  expect(makings).toBe(2);
});

test('one that came with the install is used, and none is made', async () => {
  const other = await mkdtemp(join(tmpdir(), 'podline-snapshot-'));
  expect(await ensurePythonSnapshot({ dataDir: other, installed: dataDir, packages, onMaking })).toBe(file);
  expect(makings).toBe(2);
  expect(await readdir(other)).toEqual([]);
  await rm(other, { recursive: true });
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
