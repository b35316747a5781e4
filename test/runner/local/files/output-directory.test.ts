import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OutputDirectory } from '../../../../src/runner/local/files/output-directory.ts';
import { ReadingTime } from '../../../../src/runner/local/files/reading-time.ts';
import { TakenFiles } from '../../../contract/runner/taken-files.ts';

let folder: string;
let host: string;
beforeEach(() => {
  const base = mkdtempSync(join(tmpdir(), 'podline-output-'));
  [folder, host] = [join(base, 'program'), join(base, 'host')];
  for (const path of [folder, host]) mkdirSync(path);
  writeFileSync(join(host, 'a'), 'SECRET');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

async function take(directory: OutputDirectory, globs: readonly string[] = ['**']): Promise<TakenFiles> {
  const files = new TakenFiles();
  await directory.take(globs, files);
  return files;
}

describe.runIf(process.platform === 'linux')('the directory of a program', () => {
  test('that swaps files and folders for links while it is looked at gives nothing else out', async () => {
    using directory = new OutputDirectory(folder);
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real/a'), 'own');
    symlinkSync(host, join(folder, 'link'));
    writeFileSync(join(folder, 'file'), 'own');
    symlinkSync(join(host, 'a'), join(folder, 'file-link'));
    let isOver = false;
    let swaps = 0;
    // `target` is a folder of its own, a link to the host's, a file of its own, a link to the host's file, by turns.
    const swapping = (async () => {
      const names = ['real', 'link', 'file', 'file-link'];
      for (; !isOver; swaps++) {
        const name = join(folder, names[swaps % 4] ?? '');
        renameSync(name, join(folder, 'target'));
        if (swaps % 3 === 0) await turn();
        renameSync(join(folder, 'target'), name);
        await turn();
      }
    })();
    for (let round = 0; round < 300; round++) {
      const files = await take(directory);
      for (const path of files.paths) expect((await files.content(path)).toString(), path).toBe('own');
    }
    isOver = true;
    await swapping;
    expect(swaps).toBeGreaterThan(300);
  });

  test('that is swapped itself is still the one that was opened', async () => {
    using directory = new OutputDirectory(folder);
    writeFileSync(join(folder, 'a'), 'own');
    renameSync(folder, `${folder}-moved`);
    symlinkSync(host, folder);
    const files = await take(directory);
    expect((await files.content('a')).toString()).toBe('own');
    expect(() => new OutputDirectory(folder)).toThrow(/ENOTDIR|ELOOP/);
  });

  test('gives a file that grows as long as it was, and one that shrinks what is left', async () => {
    using directory = new OutputDirectory(folder);
    writeFileSync(join(folder, 'grows'), 'x'.repeat(600_000));
    let isOver = false;
    const growing = (async () => {
      while (!isOver) {
        writeFileSync(join(folder, 'grows'), 'y'.repeat(1000), { flag: 'a' });
        await turn();
      }
    })();
    const files = await take(directory);
    isOver = true;
    await growing;
    const [file] = files.result.files;
    expect(file?.bytes).toBeGreaterThanOrEqual(600_000);
    expect(await files.content('grows')).toHaveLength(file?.bytes ?? 0);
  });

  test('does not look where no glob leads', async () => {
    using directory = new OutputDirectory(folder);
    mkdirSync(join(folder, 'node_modules'));
    for (let index = 0; index < 11_000; index++) writeFileSync(join(folder, `node_modules/${index}`), '');
    writeFileSync(join(folder, 'a.csv'), 'x');
    const files = await take(directory, ['*.csv', 'out/**']);
    expect(files.paths).toEqual(['a.csv']);
    expect(files.omitted).toEqual([]);
    const all = await take(directory);
    expect(all.omitted.map(({ reason }) => reason)).toContain(
      'Only 10000 files and folders are looked at: there are more.',
    );
  });

  test('tells a file that was given from one that was changed, also in the same second and length', async () => {
    for (const name of ['given', 'changed', 'replaced']) writeFileSync(join(folder, name), '1');
    using directory = new OutputDirectory(folder);
    directory.give(['given', 'changed', 'replaced']);
    writeFileSync(join(folder, 'changed'), '2');
    writeFileSync(join(folder, 'new'), '3');
    renameSync(join(folder, 'new'), join(folder, 'replaced'));
    expect((await take(directory)).paths).toEqual(['changed', 'replaced']);
  });

  test('may be disposed twice', () => {
    const directory = new OutputDirectory(folder);
    directory[Symbol.dispose]();
    directory[Symbol.dispose]();
  });
});

test('time that is spent elsewhere does not count as spent on reading', async () => {
  const time = new ReadingTime(20);
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(time.isOver).toBe(false);
  await time.of(new Promise((resolve) => setTimeout(resolve, 40)));
  expect(time.isOver).toBe(true);
});
