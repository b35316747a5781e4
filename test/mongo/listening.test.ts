import { MongoClient } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { openMongoStore } from '../../src/db/mongodb/open.ts';
import type { Store } from '../../src/executions/store.ts';
import { chunks, create } from '../contract/store/samples.ts';
import { databaseOfTest } from './support/database.ts';
import { openProxy } from './support/proxy.ts';

/** All that a store tells of writes, in order. */
function heard({ sharing }: Store): string[] {
  const told: string[] = [];
  const listener = sharing?.listen({
    executionChanged: (id) => void told.push(`record ${id}`),
    outputAppended: (id) => void told.push(`output ${id}`),
    connected: (isConnected) => void told.push(isConnected ? 'listening' : 'not listening'),
  });
  onTestFinished(() => listener?.[Symbol.asyncDispose]());
  return told;
}

/** Whether the server of the tests has change streams: replica sets and sharded clusters do, FerretDB does not. */
async function hasChangeStreams(uri: string): Promise<boolean> {
  await using client = new MongoClient(uri);
  const stream = client.db().collection('any').watch([], { maxAwaitTimeMS: 1 });
  try {
    await stream.tryNext();
    return true;
  } catch {
    return false;
  } finally {
    await stream.close();
  }
}

test('writes of another process are notified where the server has change streams, and nothing is where it has none', async () => {
  const { uri } = databaseOfTest();
  const isTold = await hasChangeStreams(uri);
  await using listening = await openMongoStore({ uri });
  await using writing = await openMongoStore({ uri });
  const told = heard(listening);
  if (isTold) await expect.poll(() => told).toEqual(['listening']);
  const { id } = await create(writing);
  await writing.appendChunks([{ executionId: id, chunks: chunks(1, 3) }]);
  await writing.updateExecution(id, { statuses: ['QUEUED'] }, { message: 'm' });
  const expected = isTold ? ['listening', `output ${id}`, `record ${id}`] : [];
  await expect.poll(() => [...new Set(told)].sort()).toEqual(expected);
});

test('listening goes on after the connections were cut', async () => {
  const database = databaseOfTest();
  await using proxy = await openProxy(database.address);
  const isTold = await hasChangeStreams(database.uri);
  await using listening = await openMongoStore({
    uri: database.uri.replace(database.address, proxy.address),
  });
  await using writing = await openMongoStore({ uri: database.uri });
  const told = heard(listening);
  const { id } = await create(writing);
  if (isTold) await expect.poll(() => told).toEqual(['listening']);
  proxy.cut();
  // Whether a stream was gone on with, or opened anew, what is written from some moment on is told.
  const append = async (seq: number) => {
    await writing.appendChunks([{ executionId: id, chunks: chunks(seq, seq) }]);
    return told.includes(`output ${id}`);
  };
  let seq = 0;
  await expect.poll(() => append(++seq), { timeout: 10_000, interval: 200 }).toBe(isTold);
});
