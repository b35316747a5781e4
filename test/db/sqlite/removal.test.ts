import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { IN_MEMORY, openDatabase } from '../../../src/db/sqlite/database.ts';
import { openSqliteStore } from '../../../src/db/sqlite/open.ts';
import { readNumber } from '../../../src/db/sqlite/rows.ts';
import { SqliteStore } from '../../../src/db/sqlite/store.ts';
import { chunk, create, createEnded } from '../../contract/store/samples.ts';
import { usePlace } from './place.ts';

const place = usePlace();

describe('removal', () => {
  it('leaves nothing behind in any table', async () => {
    const database = openDatabase(IN_MEMORY);
    const store = new SqliteStore(database);
    const labels = [{ name: 'a', value: 'b' }];
    for (const code of ['small', '#'.repeat(5000)]) {
      const { id } = await createEnded(store, 1, { code, labels, uniqueKey: `k:anonymous:${code.length}` });
      await store.appendChunks([{ executionId: id, chunks: [chunk(1), chunk(2)] }]);
    }
    await store.tombstoneExpired(2, 10);
    for (const id of await store.listTombstones(10)) await store.purge(id);
    for (const table of ['executions', 'programs', 'payloads', 'chunks', 'labels']) {
      expect(readNumber(database, `SELECT count(*) FROM ${table}`), table).toBe(0);
    }
    await store[Symbol.asyncDispose]();
  });

  it('drops what arrives for a removed execution: nothing would remove it', async () => {
    const database = openDatabase(IN_MEMORY);
    const store = new SqliteStore(database);
    const { id } = await createEnded(store, 1);
    await store.tombstoneExpired(2, 10);
    await store.purge(id);
    await store.appendChunks([{ executionId: id, chunks: [chunk(1)] }]);
    expect(readNumber(database, 'SELECT count(*) FROM chunks')).toBe(0);
    await store[Symbol.asyncDispose]();
  });

  it('gives room back to the file system, and lets the event loop turn meanwhile', async () => {
    const file = place();
    const store = await openSqliteStore({ file });
    const { id } = await createEnded(store, 1);
    const other = await create(store);
    for (let seq = 1; seq <= 4000; seq += 200) {
      const chunks = Array.from({ length: 200 }, (_, index) => chunk(seq + index, 'x'.repeat(8000)));
      await store.appendChunks([{ executionId: id, chunks }]);
    }
    await store.tombstoneExpired(2, 10);
    let turns = 0;
    let running = true;
    const count = () => {
      turns += 1;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    await store.purge(id);
    running = false;
    expect(turns).toBeGreaterThan(10);
    expect(await store.getExecution(other.id)).toStrictEqual(other);
    await store[Symbol.asyncDispose]();
    // 4,000 chunks of 8,000 bytes were 32 MB and more; what is kept for the next writes is 4 MiB.
    expect(statSync(file).size).toBeLessThan(6_000_000);
  });
});
