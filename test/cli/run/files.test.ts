import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FILES_BYTES } from '../../../src/bounds.ts';
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
    await expect(readFiles([folder], program())).rejects.toThrow('it is a directory.');
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
