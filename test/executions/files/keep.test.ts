import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { FILE_PIECE_BYTES, OMITTED_FILES_COUNT, OUTPUT_FILES_BYTES } from '../../../src/bounds.ts';
import { StoreUnavailableError, UnreadableFileError } from '../../../src/executions/errors.ts';
import { KeptFiles } from '../../../src/executions/files/keep.ts';
import { TakenFiles } from '../../contract/runner/taken-files.ts';

async function* parts(...all: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of all) yield typeof part === 'string' ? Buffer.from(part) : part;
}

const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

test('a file is what was handed over, whatever the parts', async () => {
  const files = new TakenFiles();
  const content = Buffer.from(Array.from({ length: FILE_PIECE_BYTES * 2 + 5 }, (_, index) => index % 256));
  const cuts = [0, 1, 100_000, FILE_PIECE_BYTES, FILE_PIECE_BYTES * 2, content.length];
  const pieces = cuts.slice(1).map((end, index) => content.subarray(cuts[index], end));
  await files.keep('b', content.length, parts(...pieces));
  await files.keep('a', 0, parts());
  expect(files.result.files).toMatchObject([
    { path: 'a', bytes: 0, sha256: sha256(''), pieces: [] },
    { path: 'b', bytes: content.length, sha256: sha256(content) },
  ]);
  expect(files.result.files[1]?.pieces).toHaveLength(3);
  expect((await files.content('b')).equals(content)).toBe(true);
});

test('one that grew is what it was, one that shrank what is left', async () => {
  const files = new TakenFiles();
  await files.keep('grew', 3, parts('ab', 'cdef', 'ghi'));
  await files.keep('shrank', 10, parts('ab'));
  expect((await files.content('grew')).toString()).toBe('abc');
  expect((await files.content('shrank')).toString()).toBe('ab');
  expect(files.result.files.map(({ bytes }) => bytes)).toEqual([3, 2]);
});

test('what goes beyond the bounds is listed with the reason, and nothing of it is read', async () => {
  const files = new TakenFiles();
  async function* unread(): AsyncGenerator<Uint8Array> {
    expect.unreachable();
    yield Buffer.of();
  }
  await files.keep('huge', 2 ** 40, unread());
  await files.keep('half', OUTPUT_FILES_BYTES - 2, parts('x'));
  await files.keep('rest', OUTPUT_FILES_BYTES, unread());
  for (let index = 0; index < 70; index++) await files.keep(`many/${index}`, 1, parts('x'));
  expect(files.result.files).toHaveLength(64);
  expect(files.omitted.slice(0, 2)).toMatchObject([
    { path: 'huge', reason: expect.stringContaining('1099511627776 bytes') },
    { path: 'rest' },
  ]);
  expect(files.omitted.slice(2)).toHaveLength(7);
  expect(files.omitted.at(-1)?.reason).toBe('At most 64 files of an execution are kept.');
});

test('a path that leaves the directory, or cannot be one, is not kept', async () => {
  const files = new TakenFiles();
  const paths = ['../x', '/etc/passwd', 'a/../../b', '', 'a//b', 'a\0b', '\ud800', 'x'.repeat(600), 'a/.'];
  for (const path of paths) await files.keep(path, 1, parts('x'));
  await files.keep('twice', 1, parts('1'));
  await files.keep('twice', 1, parts('2'));
  expect(files.paths).toEqual(['twice']);
  expect((await files.content('twice')).toString()).toBe('1');
  expect(files.omitted).toHaveLength(paths.length + 1);
  expect(files.omitted.every(({ path }) => path.isWellFormed() && path.length < 600)).toBe(true);
});

test('the list of what is not kept is bounded, and says how many more there are', () => {
  const files = new TakenFiles();
  for (let index = 0; index < OMITTED_FILES_COUNT + 5; index++) files.omit(`${index}`, 'Why.');
  files.omitMore(1000, 'for other reasons');
  expect(files.omitted).toHaveLength(OMITTED_FILES_COUNT + 1);
  expect(files.omitted.at(-1)).toEqual({ path: '…', reason: '1005 more are not listed.' });
});

test('content that cannot be read is listed, and leaves its room to the others', async () => {
  const files = new TakenFiles();
  async function* broken(error: Error): AsyncGenerator<Uint8Array> {
    yield Buffer.from('x');
    throw error;
  }
  await files.keep('a', OUTPUT_FILES_BYTES, broken(new UnreadableFileError('It went away.')));
  await files.keep('b', OUTPUT_FILES_BYTES, broken(new Error('/host/path is bad')));
  await files.keep('c', OUTPUT_FILES_BYTES, parts('x'));
  expect(files.paths).toEqual(['c']);
  expect(files.omitted).toEqual([
    { path: 'a', reason: 'It went away.' },
    { path: 'b', reason: 'It could not be read.' },
  ]);
});

test('a store that is away for too long costs files and not the end; one that was given up is an error', async () => {
  const away = async (): Promise<void> => {
    throw new StoreUnavailableError('away');
  };
  const again = async <T>(operation: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await operation();
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
  };
  const slow = new KeptFiles('x', { store: { putFilePiece: away }, retry: again, storeMs: 5 });
  await slow.keep('a', 1, parts('x'));
  expect(slow.result).toEqual({
    files: [],
    omittedFiles: [{ path: 'a', reason: 'It could not be stored in time.' }],
  });
  const givenUp = new KeptFiles('x', { store: { putFilePiece: away }, retry: (operation) => operation() });
  await expect(givenUp.keep('a', 1, parts('x'))).rejects.toThrow(StoreUnavailableError);
});
