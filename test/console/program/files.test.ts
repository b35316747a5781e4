import { expect, test } from 'vitest';
import { addFiles, FileError } from '../../../src/console/program/files.ts';

const MiB = 1024 * 1024;

function file(name: string, size: number): File {
  return new File([new Uint8Array(size)], name);
}

test.each([
  ['one that is too large', [], [file('big.csv', 5 * MiB)], 'big.csv: expected at most 4 MiB, got 5 MiB.'],
  [
    'several that are too large together',
    [{ path: 'a', base64: '', bytes: 3 * MiB }],
    [file('b', 2 * MiB)],
    'Expected files of at most 4 MiB together, got 5 MiB.',
  ],
  [
    'too many',
    Array.from({ length: 64 }, (_, index) => ({ path: String(index), base64: '', bytes: 1 })),
    [file('one more', 1)],
    'Expected at most 64 files, got 65.',
  ],
])('%s', async (_what, present, added, message) => {
  const adding = addFiles(present, added);
  await expect(adding).rejects.toThrow(message);
  await expect(adding).rejects.toBeInstanceOf(FileError);
});
