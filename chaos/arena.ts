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

/** Who submits the load. */
export const CALLERS = ['ada', 'grace'] as const;
/** Who submits the probes, so that the load's lists are the load's alone. */
export const PROBER = 'hedy';
/** Who has the sessions, for the same reason. */
export const SESSION_CALLER = 'mary';

export function headersOf(caller: string): { readonly authorization: string } {
  return { authorization: `Bearer key-of-${caller}` };
}

/** Warm pods are kept for each: Python's, and that of JavaScript and TypeScript. */
const LAUNCHERS = 2;

/** Everything of one run: a namespace, a database, a counter and servers of its own, all gone when it is disposed. */
export interface Arena extends AsyncDisposable {
  readonly namespace: TestNamespace;
  readonly database: Database;
  readonly counter: Counter;
  readonly replicas: readonly Replica[];
  /** Warm Jobs that may be held when all is quiet. */
  readonly mostWarm: number;
}

export interface ArenaOptions {
  /** Where the servers' logs and files are; they stay. */
  readonly directory: string;
  /** Pods that each server keeps warm for each launcher. */
  readonly warm: number;
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
    const counter = opened.use(await Counter.open(addressForPods(options.address)));
    const database = opened.use(await Database.open(options.mongodbUri));
    const namespace = opened.use(await TestNamespace.create('chaos'));
    const names = ['a', 'b', 'c', 'd', 'e'].slice(0, options.servers);
    const replicas: Replica[] = [];
    for (const name of names) {
      replicas.push(opened.use(await makeReplica(name, { ...options, namespace, database })));
    }
    await Promise.all(replicas.map((replica) => replica.start()));
    return {
      namespace,
      database,
      counter,
      replicas,
      mostWarm: options.servers * LAUNCHERS * options.warm,
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
    warm,
    settings,
  }: Pick<Arena, 'namespace' | 'database'> & Pick<ArenaOptions, 'directory' | 'warm' | 'settings'>,
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
    WARM: String(warm),
    API_KEYS: [...CALLERS, PROBER, SESSION_CALLER].map((caller) => `${caller}=key-of-${caller}`).join(','),
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
