import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FILES_BYTES, FILES_COUNT } from '../../../src/bounds.ts';
import { readFiles, sandboxName } from '../../../src/cli/run/files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'podline-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('sandboxName', () => {
  it.each([
    ['job/main.py', 'job/data.csv', 'data.csv'],
    ['job/main.py', 'job/package/module.py', 'package/module.py'],
    ['job/main.py', 'other/data.csv', 'data.csv'],
    ['main.py', 'data/a.csv', 'data/a.csv'],
    ['main.py', '../a.csv', 'a.csv'],
    ['main.py', '/etc/a.csv', 'a.csv'],
    [null, 'data/a.csv', 'data/a.csv'],
    ['main.py', '..data/a.csv', '..data/a.csv'],
  ])('program %s, file %s → %s', (program, path, expected) => {
    expect(sandboxName(path, program)).toBe(expected);
  });
});

describe('readFiles', () => {
  const program = () => join(folder, 'main.py');

  it('sends bytes as they are', async () => {
    const bytes = Buffer.from([0, 255, 10, 128]);
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub', 'a.bin'), bytes);
    expect(await readFiles([join(folder, 'sub', 'a.bin')], program())).toEqual([
      { path: 'sub/a.bin', content: bytes.toString('base64'), encoding: 'BASE64' },
    ]);
  });

  it('takes another name after the last =, unless a file has that name', async () => {
    writeFileSync(join(folder, 'a'), '');
    writeFileSync(join(folder, 'b=c'), '');
    const files = await readFiles([`${join(folder, 'a')}=x/y.txt`, join(folder, 'b=c')], program());
    expect(files.map((file) => file.path)).toEqual(['x/y.txt', 'b=c']);
  });

  it('says which file it cannot read, and why', async () => {
    await expect(readFiles([join(folder, 'none')], program())).rejects.toThrow(
      'none: there is no such file.',
    );
    await expect(readFiles([folder], program())).rejects.toThrow('there is no file in it.');
  });

  it('sends what is in a folder, but no links to folders and nothing that tools keep there', async () => {
    mkdirSync(join(folder, 'sub', 'deep'), { recursive: true });
    mkdirSync(join(folder, 'sub', '__pycache__'));
    for (const name of ['sub/b', 'sub/deep/a', 'sub/__pycache__/x.pyc', 'main.py']) {
      writeFileSync(join(folder, name), name);
    }
    symlinkSync('..', join(folder, 'sub', 'deep', 'loop'));
    symlinkSync('../b', join(folder, 'sub', 'deep', 'link'));
    const names = async (argument: string, of: string | null) =>
      (await readFiles([argument], of)).map(({ path }) => path);
    const below = ['sub/b', 'sub/deep/a', 'sub/deep/link'];
    expect(await names(folder, program())).toEqual(below);
    expect(await names(join(folder, 'sub'), program())).toEqual(below);
    expect(await names(join(folder, 'sub'), null)).toEqual(below);
    expect(await names(`${join(folder, 'sub')}=in`, program())).toEqual([
      'in/b',
      'in/deep/a',
      'in/deep/link',
    ]);
  });

  it('refuses more files than the service takes', async () => {
    for (let count = 0; count <= FILES_COUNT; count++) writeFileSync(join(folder, `${count}`), '');
    await expect(readFiles([folder], program())).rejects.toThrow(`expected at most ${FILES_COUNT} files`);
  });

  it('refuses more than the service takes, before reading it', async () => {
    writeFileSync(join(folder, 'big'), Buffer.alloc(FILES_BYTES));
    writeFileSync(join(folder, 'one'), 'x');
    const both = [join(folder, 'big'), join(folder, 'one')];
    await expect(readFiles(both, program())).rejects.toThrow(
      'one is too large: expected at most 0 bytes, got 1.',
    );
  });
});
