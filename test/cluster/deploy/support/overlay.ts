import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

const K8S = resolve(import.meta.dirname, '../../../../k8s');

/** `overlays/local` with the images that the tests' cluster has. */
export const TESTED_OVERLAY = '../test/cluster/deploy/overlay';

/** The two namespaces of a deployment of a test's own. */
export interface Namespaces {
  readonly server: string;
  readonly sandbox: string;
}

export function namespacesOf(suffix: string): Namespaces {
  return { server: `podline-${suffix}`, sandbox: `podline-sandbox-${suffix}` };
}

/** Where a cluster has what the server needs. */
export interface Addresses {
  readonly apiServer: Address;
  readonly database: Address;
  readonly dns: string;
  /** From where the node's port is reached; some networks see the node instead. */
  readonly clients: readonly string[];
}

export interface Address {
  readonly ip: string;
  readonly port: number;
}

export interface OverlayOptions {
  readonly namespaces: Namespaces;
  /** Folders under `k8s/components`. Default: none. */
  readonly components?: readonly string[];
  /** Replaces the image of the overlay. Default: the overlay's own. */
  readonly image?: string;
  /** Default: the overlay's own. */
  readonly replicas?: number;
  /** Names what the server reaches and who reaches its node port, as docs/operations.md tells operators. Default: as the overlay. */
  readonly addresses?: Addresses;
}

/** A kustomization in a temporary folder; gone when it is disposed. */
export interface Overlay extends AsyncDisposable {
  readonly path: string;
}

/** A folder, relative to `k8s`, in other namespaces, at ports that the cluster chooses, so that several can be applied at once. */
export async function writeOverlay(name: string, options: OverlayOptions): Promise<Overlay> {
  const path = await mkdtemp(join(tmpdir(), 'podline-overlay-'));
  const from = (folder: string): string => relative(path, join(K8S, folder));
  const { namespaces, components = [], image, replicas, addresses } = options;
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [from(name)],
    components: components.map((component) => from(`components/${component}`)),
    configMapGenerator: [
      {
        name: 'podline-settings',
        namespace: 'podline',
        behavior: 'merge',
        literals: [`KUBERNETES_NAMESPACE=${namespaces.sandbox}`],
      },
    ],
    patches: [...moved(namespaces), ...changed(image, replicas), ...(addresses ? exactly(addresses) : [])],
  };
  await writeFile(join(path, 'kustomization.yaml'), JSON.stringify(kustomization));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

function moved({ server, sandbox }: Namespaces): object[] {
  const pairs = [
    ['podline', server],
    ['podline-sandbox', sandbox],
  ] as const;
  return [
    ...pairs.map(([from, to]) => patch({ namespace: from }, '/metadata/namespace', to)),
    ...pairs.map(([from, to]) => ({
      ...patch({ kind: 'Namespace', name: from }, '/metadata/name', to),
      options: { allowNameChange: true },
    })),
    patch({ kind: 'RoleBinding' }, '/subjects/0/namespace', server),
  ];
}

function changed(image: string | undefined, replicas: number | undefined): object[] {
  const deployment = { kind: 'Deployment', name: 'podline' };
  return [
    ...(image === undefined ? [] : [patch(deployment, '/spec/template/spec/containers/0/image', image)]),
    ...(replicas === undefined ? [] : [patch(deployment, '/spec/replicas', replicas)]),
    // A port of the node is the cluster's to choose: another test may have taken the one that is named.
    patch({ kind: 'Service', name: 'podline' }, '/spec/ports/0/nodePort', null),
  ];
}

function patch(target: object, path: string, value: unknown): object {
  return { target, patch: JSON.stringify([{ op: 'add', path, value }]) };
}

/** Policies with one address each. */
function exactly({ apiServer, database, dns, clients }: Addresses): object[] {
  const to = (ip: string): object[] => [{ ipBlock: { cidr: `${ip}/32` } }];
  const egress = ({ ip, port }: Address): object => ({ to: to(ip), ports: [{ protocol: 'TCP', port }] });
  return [
    policyPatch('podline', [{ op: 'add', path: '/spec/egress/0/to/-', value: to(dns)[0] }]),
    policyPatch('podline-api-server', [{ op: 'replace', path: '/spec/egress', value: [egress(apiServer)] }]),
    policyPatch('podline-database', [{ op: 'replace', path: '/spec/egress', value: [egress(database)] }]),
    policyPatch('node-port', [{ op: 'replace', path: '/spec/ingress/0/from', value: clients.flatMap(to) }]),
    policyPatch('minikube-api', [{ op: 'replace', path: '/spec/egress', value: [] }]),
  ];
}

function policyPatch(name: string, operations: object[]): object {
  return { target: { kind: 'NetworkPolicy', name }, patch: JSON.stringify(operations) };
}
