import { randomBytes } from 'node:crypto';
import { type Database, nodeAddress, openDatabase } from './database.ts';
import { kubectl } from './kubectl.ts';
import { type Namespaces, namespacesOf, writeOverlay } from './overlay.ts';

const ROLL_OUT = '120s';
const PROGRAM = 'app.kubernetes.io/managed-by=podline';

/** `k8s/overlays/local`, applied in namespaces of its own. */
export interface Deployment extends AsyncDisposable {
  readonly namespaces: Namespaces;
  /** Through the Service, from outside the cluster: at the node's port, and at the address inside the cluster. */
  readonly nodeUrl: string;
  readonly clusterUrl: string;
  /** Of a caller. */
  readonly headers: { readonly authorization: string };
  /** Runs kubectl in the server's namespace. */
  kubectl(...arguments_: string[]): Promise<string>;
  /** Waits until the newest roll-out is done: new pods serve and old ones are told to go. */
  rolledOut(): Promise<void>;
  /** Names of the server's pods that are there, leaving ones included. */
  pods(): Promise<string[]>;
  /** Names of the pods that programs run in, and of the warm ones. */
  programs(): Promise<string[]>;
  /** What the servers that are there have logged. */
  logs(): Promise<string>;
  /** Deletes what was applied and waits until it is gone. Harmless when repeated. */
  remove(): Promise<void>;
}

/** Applies it and waits until it serves. */
export async function deploy(image: string, replicas: number): Promise<Deployment> {
  const suffix = `t${randomBytes(3).toString('hex')}`;
  const namespaces = namespacesOf(suffix);
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await openDatabase(`podline_deploy_${suffix}`));
  const overlay = opened.use(await writeOverlay('overlays/local', { namespaces, image, replicas }));
  const remove = async (): Promise<void> => {
    await kubectl(['delete', '-k', overlay.path, '--ignore-not-found', '--timeout=120s']);
  };
  opened.defer(remove);
  const key = randomBytes(32).toString('hex');
  await createSecret(namespaces.server, database, key);
  await kubectl(['apply', '-k', overlay.path]);
  const inServer = async (...arguments_: string[]): Promise<string> =>
    (await kubectl(['-n', namespaces.server, ...arguments_])).stdout;
  const rolledOut = async (): Promise<void> => {
    await inServer('rollout', 'status', 'deployment/podline', `--timeout=${ROLL_OUT}`);
  };
  await rolledOut();
  const where = await inServer(
    'get',
    'service',
    'podline',
    '-o',
    'jsonpath={.spec.ports[0].nodePort} {.spec.clusterIP}',
  );
  const [port, clusterIp] = where.split(' ');
  const nodeUrl = `http://${await nodeAddress()}:${port}`;
  const resources = opened.move();
  return {
    namespaces,
    nodeUrl,
    clusterUrl: `http://${clusterIp}`,
    headers: { authorization: `Bearer ${key}` },
    kubectl: inServer,
    rolledOut,
    pods: async () => names(await inServer('get', 'pods', '-o', 'name')),
    programs: async () =>
      names((await kubectl(['-n', namespaces.sandbox, 'get', 'pods', '-l', PROGRAM, '-o', 'name'])).stdout),
    logs: () => inServer('logs', '-l', 'app.kubernetes.io/name=podline', '--prefix', '--tail=200'),
    remove,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** As docs/operations.md has it: the namespace and the Secret come first. */
async function createSecret(namespace: string, { uri }: Database, key: string): Promise<void> {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'podline', namespace },
    stringData: { MONGODB_URI: uri, API_KEYS: `operator=${key}` },
  };
  const objects = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, secret];
  await kubectl(['apply', '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n---\n'));
}

function names(lines: string): string[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^pod\//, ''));
}
