import { until } from '../../support/until.ts';
import { kubectl } from './kubectl.ts';

/** Targets by what they are: `host:port`, or `udp host:port` for a name server that is asked a question. */
export type Targets = { readonly [what: string]: string };

/** How long a target may take to answer, milliseconds. */
const PATIENCE_MS = 3000;

/** Prints, as JSON, which of the targets answer. Written for Node, which the server's image and the programs' have. */
export const probe = (targets: Targets): string => `
const { connect } = require('node:net');
const { createSocket } = require('node:dgram');
const QUESTION = Buffer.from('000101000001000000000000076578616d706c6503636f6d0000010001', 'hex');
const answers = (target) => new Promise((resolve) => {
  const [host, port] = target.replace('udp ', '').split(':');
  setTimeout(() => resolve(false), ${PATIENCE_MS}).unref();
  if (target.startsWith('udp ')) {
    const socket = createSocket('udp4').on('message', () => resolve(true)).on('error', () => resolve(false));
    socket.send(QUESTION, Number(port), host);
  } else {
    connect(Number(port), host).on('connect', () => resolve(true)).on('error', () => resolve(false));
  }
});
const targets = ${JSON.stringify(targets)};
setTimeout(() => {}, ${PATIENCE_MS} + 500);
Promise.all(Object.entries(targets).map(async ([what, target]) => (await answers(target)) ? [what] : []))
  .then((reached) => { console.log(JSON.stringify(reached.flat())); process.exit(); });
`;

const NODE_IMAGE = process.env['NODE_IMAGE'] ?? 'podline.test/node:24';
const START = '--timeout=60s';
/** How long a network may take to enforce what was applied, milliseconds. */
const NETWORK_MS = 30_000;

/** A pod that any namespace takes; it runs a program of Node. */
function podOf(name: string, program: string, runtimeClassName: string | undefined): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      ...(runtimeClassName === undefined ? {} : { runtimeClassName }),
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'node',
          image: NODE_IMAGE,
          command: ['node', '-e', program],
          resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
}

/** What answers to a pod, once that is `expected`; else what answered last. A network may take a moment to know a pod or a label. */
export async function reachedFrom(
  { namespace, name }: TestPod,
  targets: Targets,
  expected: readonly string[],
): Promise<string[]> {
  let reached: string[] = [];
  await until(
    async () => {
      const arguments_ = ['-n', namespace, 'exec', name, '--', 'node', '-e', probe(targets)];
      reached = reachedOf((await kubectl(arguments_)).stdout);
      return reached;
    },
    () => reached.join() === expected.join(),
    NETWORK_MS,
  ).catch(() => {});
  return reached;
}

/** What a probe has printed. */
export function reachedOf(output: string): string[] {
  const reached: unknown = JSON.parse(output);
  if (!Array.isArray(reached)) throw new Error(`Expected a list of targets, got ${output}.`);
  return reached.map(String);
}

/** A pod that answers at 8080. */
export interface TestPod extends AsyncDisposable {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
}

const SERVER = "require('node:http').createServer((_, response) => response.end('here')).listen(8080)";

/** Starts one in a namespace that is there. */
export async function openPod(namespace: string, name: string, runtimeClassName?: string): Promise<TestPod> {
  await kubectl(['-n', namespace, 'apply', '-f', '-'], JSON.stringify(podOf(name, SERVER, runtimeClassName)));
  await kubectl(['-n', namespace, 'wait', `pod/${name}`, '--for=condition=Ready', START]);
  const { stdout } = await kubectl(['-n', namespace, 'get', 'pod', name, '-o', 'jsonpath={.status.podIP}']);
  return {
    namespace,
    name,
    ip: stdout,
    async [Symbol.asyncDispose]() {
      await kubectl(['-n', namespace, 'delete', 'pod', name, '--ignore-not-found', '--wait=false']);
    },
  };
}

/** A Service at port 80 of a pod; it gives its address. It goes with its namespace. */
export async function serve({ namespace, name }: TestPod): Promise<string> {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
  };
  await kubectl(['-n', namespace, 'apply', '-f', '-'], JSON.stringify(service));
  const path = 'jsonpath={.spec.clusterIP}';
  return (await kubectl(['-n', namespace, 'get', 'service', name, '-o', path])).stdout;
}
