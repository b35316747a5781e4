import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { describeStore } from '../contract/store.ts';

const directory = mkdtempSync(join(tmpdir(), 'podline-sqlite-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;

describeStore('sqlite, in a file', () => {
  files += 1;
  return openSqliteStore({ file: join(directory, `${files}.db`) });
});

describeStore('sqlite, in memory', () => openSqliteStore({ file: ':memory:' }));
