import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { INDEXES } from '../../src/db/mongodb/collections.ts';
import { Connection } from '../../src/db/mongodb/connection.ts';
import { openMongoStore } from '../../src/db/mongodb/open.ts';
import { readSettings } from '../../src/db/mongodb/settings.ts';
import { create } from '../contract/store/samples.ts';
import { databaseOfTest, type TestDatabase } from './support/database.ts';

test('six processes that start at once make every index, once', async () => {
  const database = databaseOfTest();
  const stores = await Promise.all(Array.from({ length: 6 }, () => openMongoStore({ uri: database.uri })));
  for (const store of stores) await store.ping();
  expect(await listIndexes(database)).toEqual(expectedIndexes());
  const execution = await create(stores[0] ?? fail());
  for (const store of stores) {
    expect(await store.getExecution(execution.id)).toEqual(execution);
    await store[Symbol.asyncDispose]();
  }
});

test('a driver that has lost five operations for good is replaced by a new one', async () => {
  await using connection = new Connection(readSettings(databaseOfTest().uri));
  const first = await connection.collections();
  for (let count = 1; count < 5; count++) connection.operationTimedOut();
  expect(await connection.collections()).toBe(first);
  connection.operationTimedOut();
  const second = await connection.collections();
  expect(second).not.toBe(first);
  expect(await second.executions.countDocuments()).toBe(0);
  expect(await connection.collections()).toBe(second);
});

test('a start makes what is missing and leaves the rest', async () => {
  const database = databaseOfTest();
  await (await openMongoStore({ uri: database.uri }))[Symbol.asyncDispose]();
  await using client = new MongoClient(database.uri);
  const executions = client.db(database.name).collection('executions');
  await executions.dropIndex('status');
  await executions.createIndex({ language: 1 }, { name: 'of another' });
  await using store = await openMongoStore({ uri: database.uri });
  await store.ping();
  expect((await listIndexes(database)).filter(([name]) => name !== 'executions.of another')).toEqual(
    expectedIndexes(),
  );
});

test('an index of another kind under the name of ours is reported', async () => {
  const database = databaseOfTest();
  await using client = new MongoClient(database.uri);
  await client.db(database.name).collection('executions').createIndex({ owner: 1 }, { name: 'caller' });
  await using store = await openMongoStore({ uri: database.uri });
  await expect(store.ping()).rejects.toThrow('under the name of one of ours');
});

test('two stores on one database see each other, and the database is the one that the URI names', async () => {
  const database = databaseOfTest();
  await using one = await openMongoStore({ uri: database.uri });
  await using other = await openMongoStore({ uri: database.uri });
  const execution = await create(one);
  expect(await other.getExecution(execution.id)).toEqual(execution);
  await using client = new MongoClient(database.uri);
  const document = await client.db(database.name).collection('executions').findOne();
  expect(document).toMatchObject({ _id: execution.id, v: 1, createdAt: new Date(execution.createdAt) });
});

const COLLECTIONS = [...new Set(INDEXES.map(({ collection }) => collection))];

/** An index as `collection.name`, its key, and whether it is unique; by name. */
type Described = [string, object, boolean];

function expectedIndexes(): Described[] {
  const declared = INDEXES.map(
    ({ collection, name, key, unique = false }): Described => [`${collection}.${name}`, key, unique],
  );
  const everywhere = COLLECTIONS.map((collection): Described => [`${collection}._id_`, { _id: 1 }, false]);
  return [...declared, ...everywhere].sort(byName);
}

async function listIndexes({ uri, name: database }: TestDatabase): Promise<Described[]> {
  await using client = new MongoClient(uri);
  const found: Described[] = [];
  for (const collection of COLLECTIONS) {
    for (const { name, key, unique = false } of await client.db(database).collection(collection).indexes())
      found.push([`${collection}.${name}`, key, unique]);
  }
  return found.sort(byName);
}

function byName([one]: Described, [other]: Described): number {
  return one < other ? -1 : 1;
}

function fail(): never {
  throw new Error('Expected a store.');
}
