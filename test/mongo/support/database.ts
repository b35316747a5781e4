import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';

/** A database of its own on the server of the tests, dropped when the test is done. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  /** Names the database; further options may be appended with `&` in front. */
  readonly uri: string;
  /** `host:port` of the server. */
  readonly address: string;
}

/** @throws Error when MONGODB_URI is not set */
export function serverUri(): URL {
  const uri = process.env['MONGODB_URI'];
  if (!uri) {
    throw new Error(
      'MONGODB_URI: expected the connection string of a server for tests, like ' +
        'mongodb://127.0.0.1:27117/?directConnection=true, got nothing',
    );
  }
  return new URL(uri);
}

export function testDatabase(): TestDatabase {
  const name = `podline_test_${randomUUID().slice(0, 13)}`;
  const uri = serverUri();
  const address = uri.host;
  uri.pathname = `/${name}`;
  // So that the query is never empty.
  uri.searchParams.set('retryReads', 'true');
  return {
    name,
    uri: uri.href,
    address,
    async [Symbol.asyncDispose]() {
      await using client = new MongoClient(uri.href);
      await client.db(name).dropDatabase();
    },
  };
}

/** As `testDatabase`, dropped after the test that is running. */
export function databaseOfTest(): TestDatabase {
  const database = testDatabase();
  onTestFinished(() => database[Symbol.asyncDispose]());
  return database;
}
