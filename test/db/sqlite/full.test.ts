import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IN_MEMORY, openDatabase } from '../../../src/db/sqlite/database.ts';
import { readNumber } from '../../../src/db/sqlite/rows.ts';
import { SqliteStore } from '../../../src/db/sqlite/store.ts';
import { StoreUnavailableError } from '../../../src/executions/errors.ts';
import { ALL, chunk, chunks, create } from '../../contract/store/samples.ts';
import { fixture, usePlace } from './place.ts';

const place = usePlace();

describe('a full disk', () => {
  it('fails what is written, with a sentence, and nothing else; the store goes on afterwards', async () => {
    for (const file of [IN_MEMORY, place()]) {
      const database = openDatabase(file);
      const messages: string[] = [];
      const log = (_fields: object, message: string) => messages.push(message);
      const store = new SqliteStore(database, { debug: log, info: log, warn: log, error: log });
      const { id } = await create(store);
      await store.appendChunks([{ executionId: id, chunks: chunks(1, 3) }]);

      database.exec(`PRAGMA max_page_count = ${readNumber(database, 'PRAGMA page_count')}`);
      const big = [{ executionId: id, chunks: [chunk(4, 'x'.repeat(16_384)), chunk(5, 'x'.repeat(16_384))] }];
      const small = store.updateExecution(id, { statuses: ['QUEUED'] }, { message: 'fits' });
      const [first, second] = await Promise.allSettled([store.appendChunks(big), store.appendChunks(big)]);
      for (const result of [first, second]) {
        expect(result).toMatchObject({
          status: 'rejected',
          reason: { message: expect.stringContaining('disk is full') },
        });
        expect(result?.status === 'rejected' && result.reason).toBeInstanceOf(StoreUnavailableError);
      }
      expect(await small).toMatchObject({ message: 'fits' });
      expect(await store.readChunks(id, ALL)).toEqual(chunks(1, 3));
      expect(messages).toEqual(['The database cannot be written: its disk is full.']);

      database.exec('PRAGMA max_page_count = 1000000');
      await store.ping();
      await store.appendChunks(big);
      expect((await store.summarizeChunks(id)).lastSeq).toBe(5);
      expect(messages).toEqual([
        'The database cannot be written: its disk is full.',
        'The database can be written again.',
      ]);
      await store[Symbol.asyncDispose]();
    }
  });

  // A disk of 2 MiB takes a mount namespace; where this user may not make one the test above has to do.
  const mounts = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).status === 0;
  it.skipIf(!mounts)('is reported and survived on a real one', () => {
    const file = place();
    mkdirSync(dirname(file), { recursive: true });
    const command = 'mount -t tmpfs -o size=2m tmpfs "$1" && exec "$2" "$3" "$4"';
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['-rm', 'sh', '-c', command, 'sh', dirname(file), process.execPath, fixture('fillDisk.ts'), file],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    const seen = JSON.parse(stdout) as { written: number };
    expect(seen).toEqual({
      name: 'StoreUnavailableError',
      message: 'The database cannot be written: its disk is full.',
      ping: expect.any(String),
      readable: true,
      written: expect.any(Number),
      read: seen.written + 1,
      kept: seen.written + 1,
    });
    expect(seen.written).toBeGreaterThan(10);
  });
});
