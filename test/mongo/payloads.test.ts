import { MongoClient } from 'mongodb';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { openMongoStore } from '../../src/db/mongodb/open.ts';
import { sample } from '../contract/store/samples.ts';
import { databaseOfTest } from './support/database.ts';

const PAYLOAD = { stdin: 'in', files: [], env: [{ name: 'TOKEN', value: 's3cret' }] };
const HOUR_MS = 60 * 60_000;

test('a payload that nobody needs is erased, one that is waited for is not', async () => {
  const database = databaseOfTest();
  await using store = await openMongoStore({ uri: database.uri });
  const old = () => ({ id: v7({ msecs: Date.now() - 2 * HOUR_MS }), createdAt: Date.now() - 2 * HOUR_MS });
  const young = () => ({ id: v7({ msecs: Date.now() - HOUR_MS / 2 }), createdAt: Date.now() - HOUR_MS / 2 });
  const queued = sample(old());
  const running = sample({ ...old(), status: 'RUNNING' });
  const ended = sample({ ...old(), status: 'FAILED', finishedAt: Date.now() });
  for (const execution of [queued, running, ended]) await store.createExecution(execution, PAYLOAD);
  // Creations that were cut between payload and record.
  await using client = new MongoClient(database.uri);
  const payloads = client.db(database.name).collection<{ _id: string }>('payloads');
  const orphans = Array.from({ length: 250 }, old);
  const justNow = young();
  await payloads.insertMany([...orphans, justNow].map(({ id }) => ({ _id: id, v: 1, ...PAYLOAD })));

  await store.eraseOrphanedPayloads(Date.now());
  const left = (await payloads.find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id);
  expect(left.sort()).toEqual([queued.id, running.id, justNow.id].sort());
  expect(await store.getPayload(queued.id)).toEqual(PAYLOAD);
  expect(await store.getPayload(ended.id)).toBeNull();
});

test('of a refused, an erased and a repeated creation no secret stays', async () => {
  const database = databaseOfTest();
  await using store = await openMongoStore({ uri: database.uri });
  const holder = sample({ uniqueKey: 'k:anonymous:one' });
  await store.createExecution(holder, PAYLOAD);
  await store.createExecution(sample({ uniqueKey: 'k:anonymous:one' }), PAYLOAD);
  await store
    .createExecution(sample({ id: holder.id, uniqueKey: 'k:anonymous:other' }), PAYLOAD)
    .catch(() => {});
  // Repeated while it waits, its input stays.
  await store.createExecution(holder, PAYLOAD);
  expect(await store.getPayload(holder.id)).toEqual(PAYLOAD);
  await store.updateExecution(holder.id, { statuses: ['QUEUED'] }, { status: 'RUNNING' });
  await store.deletePayload(holder.id);
  // Repeated once it has started, it does not come back.
  await store.createExecution(holder, PAYLOAD);
  expect(await store.getPayload(holder.id)).toBeNull();
  await using client = new MongoClient(database.uri);
  for (const { name } of await client.db(database.name).listCollections().toArray()) {
    const documents = await client.db(database.name).collection(name).find().toArray();
    expect(JSON.stringify(documents), name).not.toContain('s3cret');
  }
});
