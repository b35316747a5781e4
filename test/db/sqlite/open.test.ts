import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../../src/db/sqlite/open.ts';
import { readNumber } from '../../../src/db/sqlite/rows.ts';
import { APPLICATION_ID, MIGRATIONS } from '../../../src/db/sqlite/schema.ts';
import { create } from '../../contract/store/samples.ts';
import { fixture, usePlace } from './place.ts';

const place = usePlace();

/** The error of an open that must fail. */
async function refusal(file: string): Promise<Error & { code?: string }> {
  const result = await openSqliteStore({ file }).catch((error: Error) => error);
  if (result instanceof Error) return result;
  await result[Symbol.asyncDispose]();
  throw new Error(`Expected ${file} to be refused, got a store`);
}

/** Makes a file with another library's hands. */
function makeFile(file: string, sql: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

describe('opening', () => {
  it('makes the directory and the file for this user alone, and keeps what is stored', async () => {
    const file = place('deep/er/podline.db');
    const store = await openSqliteStore({ file });
    const execution = await create(store);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    for (const name of [file, `${file}-wal`]) expect(statSync(name).mode & 0o777).toBe(0o600);
    await store[Symbol.asyncDispose]();
    const again = await openSqliteStore({ file });
    expect(await again.getExecution(execution.id)).toStrictEqual(execution);
    await again[Symbol.asyncDispose]();
  });

  it('marks the file with our id, the version of the schema, and gives room back from the first day', async () => {
    const file = place();
    await (await openSqliteStore({ file }))[Symbol.asyncDispose]();
    const database = new DatabaseSync(file);
    expect(readNumber(database, 'PRAGMA application_id')).toBe(APPLICATION_ID);
    expect(readNumber(database, 'PRAGMA user_version')).toBe(MIGRATIONS.length);
    expect(readNumber(database, 'PRAGMA auto_vacuum')).toBe(2);
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    database.close();
  });

  it('takes an empty file', async () => {
    const file = place();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    const store = await openSqliteStore({ file });
    await expect(create(store)).resolves.toBeDefined();
    await store[Symbol.asyncDispose]();
  });
});

describe('opening is refused', () => {
  it('while another process has the file, and not after that was killed', async () => {
    const file = place();
    const holder = spawn(process.execPath, [fixture('holdStore.ts'), file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(holder.stdout, 'data');
      const error = await refusal(file);
      expect(error).toMatchObject({ name: 'StoreOpenError', code: 'STORE_OPEN' });
      expect(error.message).toContain(`${file} is in use by another process`);
      expect(error.message).toContain('DATA_DIR');
    } finally {
      holder.kill('SIGKILL');
      if (holder.exitCode === null && holder.signalCode === null) await once(holder, 'exit');
    }
    await (await openSqliteStore({ file }))[Symbol.asyncDispose]();
  });

  it('while this process has the file, and not after it was closed', async () => {
    const file = place();
    const store = await openSqliteStore({ file });
    expect((await refusal(file)).message).toContain('in use');
    await expect(create(store)).resolves.toBeDefined();
    await store[Symbol.asyncDispose]();
    await (await openSqliteStore({ file }))[Symbol.asyncDispose]();
  });

  it('for a file of another program, which stays as it is', async () => {
    for (const sql of [
      'CREATE TABLE t (a)',
      'PRAGMA user_version = 3; CREATE TABLE t (a)',
      'PRAGMA application_id = 7',
    ]) {
      const file = place();
      makeFile(file, sql);
      const before = readFileSync(file);
      expect((await refusal(file)).message).toContain(`${file} belongs to another program`);
      expect(readFileSync(file).equals(before)).toBe(true);
    }
  });

  it('for a file that is no database, which stays as it is', async () => {
    const file = place();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'Dear diary, today I wrote a file that is longer than a header. '.repeat(20));
    const before = readFileSync(file);
    expect((await refusal(file)).message).toContain(`${file} is not a database`);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('for a file of a newer Podline', async () => {
    const file = place();
    await (await openSqliteStore({ file }))[Symbol.asyncDispose]();
    makeFile(file, `PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    const { message } = await refusal(file);
    expect(message).toContain('written by a newer Podline');
    expect(message).toContain(
      `expected schema version ${MIGRATIONS.length} or older, got ${MIGRATIONS.length + 1}`,
    );
  });

  it('where no file can be', async () => {
    const directory = place('directory.db');
    mkdirSync(directory, { recursive: true });
    expect((await refusal(directory)).message).toContain(
      `${directory} cannot be opened for writing (EISDIR)`,
    );
    const below = place();
    mkdirSync(dirname(dirname(below)), { recursive: true });
    writeFileSync(dirname(below), 'a file where a directory is needed');
    expect((await refusal(below)).message).toMatch(/cannot be opened for writing \((ENOTDIR|EEXIST)\)/);
  });
});
