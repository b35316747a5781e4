import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moved, serverOf } from '../test/cluster/service/support/moved.ts';
import { freePort } from '../test/cluster/service/support/server.ts';
import { TestNamespace } from '../test/cluster/support/namespace.ts';
import { Database } from './bed/database.ts';
import { addressForPods, Counter } from './counter.ts';
import { Gate } from './gate.ts';
import { Replica } from './replicas/replica.ts';

const IMAGES =
  'python=podline.test/python:3.11,javascript=podline.test/node:24,typescript=podline.test/node:24';

/** Who submits. */
export const CALLERS = ['ada', 'grace'] as const;

/** Everything of one run: a namespace, a database, a counter and servers of its own, all gone when it is disposed. */
export interface Arena extends AsyncDisposable {
  readonly namespace: TestNamespace;
  readonly database: Database;
  readonly counter: Counter;
  readonly replicas: readonly Replica[];
  /** Where the servers' logs are; they stay. */
  readonly directory: string;
}

export interface ArenaOptions {
  readonly servers: number;
  readonly mongodbUri: string;
  /** This machine's address as pods find it; undefined: looked for. */
  readonly address: string | undefined;
  /** Settings of the servers beside ours. */
  readonly settings: { readonly [name: string]: string };
}

/** Opens it and waits until every server listens. */
export async function openArena(options: ArenaOptions): Promise<Arena> {
  const opened = new AsyncDisposableStack();
  try {
    const directory = mkdtempSync(join(tmpdir(), 'podline-chaos-'));
    const counter = opened.use(await Counter.open(addressForPods(options.address)));
    const database = opened.use(await Database.open(options.mongodbUri));
    const namespace = opened.use(await TestNamespace.create('chaos'));
    const names = ['a', 'b', 'c', 'd', 'e'].slice(0, options.servers);
    const replicas: Replica[] = [];
    for (const name of names) {
      replicas.push(opened.use(await makeReplica(name, { ...options, namespace, database, directory })));
    }
    await Promise.all(replicas.map((replica) => replica.start()));
    return {
      namespace,
      database,
      counter,
      replicas,
      directory,
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function makeReplica(
  name: string,
  {
    namespace,
    database,
    directory,
    settings,
  }: Pick<Arena, 'namespace' | 'database' | 'directory'> & Pick<ArenaOptions, 'settings'>,
): Promise<Replica> {
  const cluster = serverOf(namespace.kubeconfig);
  const port = await freePort();
  const store = await Gate.open(database.target);
  const api = await Gate.open({ host: cluster.hostname, port: Number(cluster.port || 443) });
  const clients = await Gate.open({ host: '127.0.0.1', port });
  const env = {
    MONGODB_URI: database.uriBy(store.port),
    RUNNER: 'kubernetes',
    KUBERNETES_NAMESPACE: namespace.name,
    KUBECONFIG: await moved(namespace.kubeconfig, `https://127.0.0.1:${api.port}`),
    RUNTIME_IMAGES: IMAGES,
    DATA_DIR: join(directory, name),
    // A small node has room for all.
    DEFAULT_LIMITS: 'cpuMillis=300,memoryMb=128',
    API_KEYS: CALLERS.map((caller) => `${caller}=key-of-${caller}`).join(','),
    ...settings,
  };
  return new Replica({
    name,
    port,
    env,
    log: join(directory, `${name}.log`),
    gates: { clients, store, api },
  });
}
