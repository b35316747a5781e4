import { type TestDatabase, testDatabase } from '../../../mongo/support/database.ts';
import { type DatabaseProxy, openProxy } from '../../../mongo/support/proxy.ts';
import { type ServerProcess, startServer } from '../../../service/support/server-process.ts';
import type { Settings } from '../../../service/support/settings.ts';
import { TestNamespace } from '../../support/namespace.ts';
import { clusterSettings, freePort } from './server.ts';

export type Replica = ServerProcess & { readonly url: string };

/** One database and one namespace for any number of servers. */
export interface Shared extends AsyncDisposable {
  readonly namespace: TestNamespace;
  readonly database: TestDatabase;
  /** The way that all servers take to the database. */
  readonly way: DatabaseProxy;
  start(settings?: Settings): Promise<Replica>;
}

/** @throws Error when MONGODB_URI is not set */
export async function openShared(purpose: string): Promise<Shared> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(testDatabase());
  const way = opened.use(await openProxy(database.address));
  const namespace = opened.use(await TestNamespace.create(purpose));
  const settings = { MONGODB_URI: database.uri.replace(database.address, way.address), WARM: '0' };
  const resources = opened.move();
  return {
    namespace,
    database,
    way,
    start: async (more) => {
      const place = { ...settings, PORT: String(await freePort()) };
      return resources.use(await startServer(clusterSettings(namespace, { ...place, ...more })));
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
