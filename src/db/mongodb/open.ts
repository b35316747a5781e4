import type { Store } from '../../executions/store.ts';
import type { Logger } from '../../executions/telemetry.ts';
import { Connection } from './connection.ts';
import { readSettings } from './settings.ts';
import { MongoStore } from './store.ts';

export interface MongoStoreOptions {
  /** A connection string as MongoDB and Atlas give it; docs/mongodb.md says which of its options count. */
  readonly uri: string;
  /** Reports when the database is away, and when it can be written again. */
  readonly logger?: Logger;
}

/**
 * Opens the store on MongoDB. A database that is away does not keep it from opening: one attempt is made to connect and
 * to make the indexes, and whatever comes of it, later operations try again.
 * @throws ConfigError when the connection string does not parse; the message holds no password
 */
export async function openMongoStore({ uri, logger }: MongoStoreOptions): Promise<Store> {
  const store = new MongoStore(new Connection(readSettings(uri)), logger);
  await store.open();
  return store;
}
