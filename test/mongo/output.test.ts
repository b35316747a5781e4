import type { Document } from 'mongodb';
import { expect, test } from 'vitest';
import { CHUNK_BYTES } from '../../src/bounds.ts';
import { openMongoStore } from '../../src/db/mongodb/open.ts';
import { ALL, chunk, chunks, create } from '../contract/store/samples.ts';
import { CommandReader } from './support/commands.ts';
import { databaseOfTest } from './support/database.ts';
import { openProxy } from './support/proxy.ts';

const KiB = 1024;

test('a batch above the 16 MB of one document, with any text, is stored and read back', async () => {
  await using store = await openMongoStore({ uri: databaseOfTest().uri });
  const { id } = await create(store);
  const text = '\u0000é😀\u2028"\\'.repeat(1300).slice(0, 9000);
  const written = Array.from({ length: 1100 }, (_, index) => chunk(index + 1, text));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(CHUNK_BYTES);
  expect(Buffer.byteLength(text) * written.length).toBeGreaterThan(16 * KiB * KiB);
  await store.appendChunks([{ executionId: id, chunks: written }]);
  const read = await store.readChunks(id, ALL);
  expect(read.length).toBe(written.length);
  expect(read.every((one, index) => one.seq === index + 1 && one.text === text)).toBe(true);
});

test('a read brings little more than it hands out, long and short chunks alike', async () => {
  const database = databaseOfTest();
  const asked: number[] = [];
  const readers = new Map<number, CommandReader>();
  await using proxy = await openProxy(database.address, {
    onRequest(bytes, connection) {
      const reader = readers.get(connection) ?? new CommandReader();
      readers.set(connection, reader);
      for (const command of reader.read(bytes))
        if (command['find'] === 'output') asked.push(limitOf(command));
    },
  });
  await using store = await openMongoStore({ uri: database.uri.replace(database.address, proxy.address) });
  const [long, short] = [await create(store), await create(store)];
  const longChunks = Array.from({ length: 40 }, (_, index) => chunk(index + 1, 'x'.repeat(16 * KiB)));
  await store.appendChunks([
    { executionId: long.id, chunks: longChunks },
    { executionId: short.id, chunks: chunks(1, 2000) },
  ]);
  const range = { after: 0, limit: 1000, maxBytes: 64 * KiB };
  expect(await store.readChunks(long.id, range)).toHaveLength(4);
  expect(asked.splice(0)).toEqual([10]);
  expect(await store.readChunks(short.id, range)).toHaveLength(1000);
  const all = asked.splice(0);
  expect(all[0]).toBe(10);
  expect(all.length).toBeLessThanOrEqual(3);
  expect(all.reduce((sum, limit) => sum + limit, 0)).toBe(1000);
});

test('a removal in one process leaves no remembered output in another', async () => {
  const database = databaseOfTest();
  await using one = await openMongoStore({ uri: database.uri });
  await using other = await openMongoStore({ uri: database.uri });
  const { id } = await create(one, { status: 'SUCCEEDED', finishedAt: 1 });
  await one.appendChunks([{ executionId: id, chunks: chunks(1, 3) }]);
  expect((await other.summarizeChunks(id)).lastSeq).toBe(3);
  await one.appendChunks([{ executionId: id, chunks: chunks(4, 5) }]);
  expect((await other.summarizeChunks(id)).lastSeq).toBe(5);
  await one.tombstoneExpired(2, 10);
  expect(await other.getExecution(id)).toBeNull();
  await one.purge(id);
  for (const store of [one, other]) {
    expect(await store.summarizeChunks(id)).toEqual({ lastSeq: 0, bytes: 0 });
    expect(await store.readChunks(id, ALL)).toEqual([]);
  }
});

function limitOf(command: Document): number {
  return command['limit'] ?? 0;
}
