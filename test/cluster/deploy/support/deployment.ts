import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Database, nodeAddress, openDatabase } from './database.ts';
import { kubectl } from './kubectl.ts';
import {
  type Address,
  type Addresses,
  type Namespaces,
  namespacesOf,
  TESTED_OVERLAY,
  writeOverlay,
} from './overlay.ts';

const ROLL_OUT = '120s';
const PROGRAM = 'app.kubernetes.io/managed-by=podline';

/** `overlay`, applied in namespaces of its own. */
export interface Deployment extends AsyncDisposable {
  readonly namespaces: Namespaces;
  /** Through the Service, from outside the cluster: at the node's port, and at the address inside the cluster. */
  readonly nodeUrl: string;
  readonly clusterUrl: string;
  /** Of a caller. */
  readonly headers: { readonly authorization: string };
  /** Of what the server reaches. */
  readonly addresses: Addresses & { readonly node: string };
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
  const addresses = await addressesOf(database);
  const options = { namespaces, image, replicas, addresses };
  const overlay = opened.use(await writeOverlay(TESTED_OVERLAY, options));
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
  const nodeUrl = `http://${addresses.node}:${port}`;
  const resources = opened.move();
  return {
    namespaces,
    addresses,
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

async function addressesOf({ uri }: Database): Promise<Deployment['addresses']> {
  const node = await nodeAddress();
  const path = 'jsonpath={.endpoints[0].addresses[0]}:{.ports[0].port}';
  const { stdout } = await kubectl(['get', 'endpointslice', 'kubernetes', '-o', path]);
  return {
    node,
    apiServer: addressOf(`http://${stdout}`),
    database: addressOf(uri.replace(/^mongodb/, 'http')),
    dns: await nameService(node),
    clients: [await ownAddressTowards(node), node],
  };
}

/** The cluster's Service, or the node where it has none. */
async function nameService(node: string): Promise<string> {
  const service = ['-n', 'kube-system', 'get', 'service', 'kube-dns', '--ignore-not-found'];
  return (await kubectl([...service, '-o', 'jsonpath={.spec.clusterIP}'])).stdout || node;
}

function addressOf(url: string): Address {
  const { hostname, port } = new URL(url);
  return { ip: hostname, port: Number(port) };
}

/** Which address of this machine another one sees. Nothing is sent. */
async function ownAddressTowards(host: string): Promise<string> {
  const socket = createSocket('udp4');
  socket.connect(9, host);
  await once(socket, 'connect');
  const { address } = socket.address();
  socket.close();
  return address;
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
