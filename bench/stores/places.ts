import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { openMongoStore } from '../../src/db/mongodb/open.ts';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import type { Store } from '../../src/executions/store.ts';
import { UnusableError } from '../benchmark.ts';
import { dataDirectory } from '../service/workspace.ts';

/** Where records are kept: on one of the two stores, in a place of its own that is removed again. */
export interface Place extends AsyncDisposable {
  readonly name: string;
  /** Settings of a service that keeps its records there. */
  readonly env: Readonly<Record<string, string>>;
  open(): Promise<Store>;
}

export async function sqlitePlace(): Promise<Place> {
  const directory = await dataDirectory('stores');
  const file = join(directory, `${randomBytes(4).toString('hex')}.db`);
  return {
    name: 'SQLite',
    env: {},
    open: () => openSqliteStore({ file }),
    async [Symbol.asyncDispose]() {
      for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
    },
  };
}

/** @throws UnusableError without MONGODB_URI */
export async function mongoPlace(server: string | undefined): Promise<Place> {
  if (!server)
    throw new UnusableError('MONGODB_URI: expected the connection string of a server, got nothing');
  const uri = new URL(server);
  uri.pathname = `/podline_bench_${randomBytes(4).toString('hex')}`;
  return {
    name: 'MongoDB',
    env: { MONGODB_URI: uri.href },
    open: () => openMongoStore({ uri: uri.href }),
    async [Symbol.asyncDispose]() {
      await using client = new MongoClient(uri.href);
      await client.db(uri.pathname.slice(1)).dropDatabase();
    },
  };
}
