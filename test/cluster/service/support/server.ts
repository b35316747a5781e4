import { once } from 'node:events';
import { createServer } from 'node:net';
import { type DataDir, makeDataDir } from '../../../service/support/data-dir.ts';
import { ask } from '../../../service/support/graphql.ts';
import { type ServerProcess, startServer } from '../../../service/support/server-process.ts';
import type { Settings } from '../../../service/support/settings.ts';
import { until } from '../../../service/support/until.ts';
import type { TestNamespace } from '../../support/namespace.ts';
import { PATIENCE_MS } from './viewer.ts';

const IMAGES =
  'python=podline.test/python:3.11,javascript=podline.test/node:24,typescript=podline.test/node:24';

/** Where programs run, and how to get there. */
type Place = Pick<TestNamespace, 'name' | 'kubeconfig'>;

/** A server in a process of its own that runs programs in a namespace, with records that go with it. */
export interface ClusterServer extends AsyncDisposable {
  readonly url: string;
  readonly process: ServerProcess;
}

/** Starts a server and waits until it listens. */
export async function startClusterServer(namespace: Place, settings: Settings = {}): Promise<ClusterServer> {
  const dataDir = settings['DATA_DIR'] === undefined ? await makeDataDir() : null;
  try {
    const process = await startServer(clusterSettings(namespace, { ...placeOf(dataDir), ...settings }));
    return {
      url: process.url,
      process,
      async [Symbol.asyncDispose]() {
        process.kill('SIGTERM');
        await process.ended;
        await dataDir?.[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await dataDir?.[Symbol.asyncDispose]();
    throw error;
  }
}

/** What a server is started with; `settings` come last. */
export function clusterSettings(namespace: Place, settings: Settings = {}): Settings {
  return {
    RUNNER: 'kubernetes',
    KUBERNETES_NAMESPACE: namespace.name,
    KUBECONFIG: namespace.kubeconfig,
    RUNTIME_IMAGES: process.env['RUNTIME_IMAGES'] ?? IMAGES,
    WARM: '0',
    // A small node has room for many.
    DEFAULT_LIMITS: 'cpuMillis=500',
    LOG_LEVEL: 'info',
    SHUTDOWN_GRACE_MS: '10000',
    ...settings,
  };
}

/** A port that nobody listens on now: for what must come back under the same address. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error(`Expected a port, got ${address}.`);
  return address.port;
}

export interface Health {
  readonly status: string;
  readonly running: number;
  readonly checks: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string | null;
  }[];
}

/** Waits until the health of the server is as wanted. */
export function health(url: string, what: string, holds: (health: Health) => boolean): Promise<Health> {
  const look = async (): Promise<Health> => {
    const query = '{ health { status running checks { name status message } } }';
    return (await ask<{ health: Health }>(url, query)).health;
  };
  return until(`health says ${what}`, look, holds, PATIENCE_MS);
}

/** What the runner's check of a health report says is wrong; null when nothing is. */
export function runnerProblem({ checks }: Health): string | null {
  return checks.find(({ name }) => name === 'runner')?.message ?? null;
}

function placeOf(dataDir: DataDir | null): Settings {
  return dataDir ? { DATA_DIR: dataDir.path } : {};
}
