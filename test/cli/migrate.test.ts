import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { contents, fill } from '../db/migration/records.ts';
import { podline } from './support/podline.ts';

const directory = mkdtempSync(join(tmpdir(), 'podline-migrate-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('moves a data directory into a file, twice, and says what it moved', async () => {
  const from = join(directory, 'podline.db');
  const to = join(directory, 'to/other.db');
  await using source = await openSqliteStore({ file: from });
  const expected = await fill(source);
  await source[Symbol.asyncDispose]();
  const first = await podline(['migrate', '--from', directory, '--to', to]);
  expect(first).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^6 executions \(0 were there\), /m),
  });
  expect(first.stdout).toContain(
    `from        SQLite, ${from}\nto          SQLite, ${to}\nexecutions  6 (0 were there)\n`,
  );
  const again = await podline(['migrate', '--from', 'env:OLD', '--to', to], { env: { OLD: from } });
  expect(again.stdout.replace('(6 were there)', '(0 were there)')).toBe(first.stdout);
  await using target = await openSqliteStore({ file: to });
  expect(await contents(target)).toStrictEqual(expected);
});

it('refuses while a server uses the file', async () => {
  const used = join(directory, 'used.db');
  await using _held = await openSqliteStore({ file: used });
  const { code, stderr } = await podline(['migrate', '--from', used, '--to', join(directory, 'new.db')]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/used\.db is in use by another process|used by another process/);
});

it.each([
  [['--from', 'missing.db', '--to', 'new.db'], 1, /expected a database file.*got "missing.db"/i],
  [['--from', 'env:MISSING', '--to', 'one.db'], 2, /the variable MISSING, which is not set/],
  [['--from', 'one.db'], 2, /Expected --from STORE and --to STORE/],
  [['--from', 'one.db', '--to', 'one.db'], 2, /got one twice/],
  [['--from', 'mongodb://user:hidden@[', '--to', 'new.db'], 1, /expected a connection string/],
  [
    ['--from', 'mongodb://user:hidden@127.0.0.1:1/?serverSelectionTimeoutMS=200', '--to', 'new.db'],
    1,
    /Nothing listens/,
  ],
] as const)('%j is told in a sentence', async (argv, code, sentence) => {
  const ended = await podline(['migrate', ...argv], { cwd: directory });
  expect(ended.code).toBe(code);
  expect(ended.stderr).toMatch(sentence);
  expect(ended.stderr).not.toContain('hidden');
  expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
});
