import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PERMISSIONS } from '../../../src/runner/kubernetes/api/permissions.ts';
import { get, run, submit } from '../../service/support/executions.ts';
import { askRaw } from '../../service/support/graphql.ts';
import { lines, linesText } from '../service/support/programs.ts';
import { until } from '../support/until.ts';
import { describeNetworkPolicies } from './network.ts';
import { type Deployment, deploy } from './support/deployment.ts';
import { serverImage } from './support/image.ts';
import { kubectl } from './support/kubectl.ts';
import { allowedOf, allRights } from './support/rights.ts';
import { steadyClient } from './support/steady.ts';

const REPLICAS = 2;
/** Building an image on a busy machine. */
const BUILD_MS = 400_000;
const ROLL_OUT_MS = 150_000;
/** One each tenth of a second: longer than a pod needs to be replaced. */
const LONG_LINES = 900;

let deployment: Deployment;

beforeAll(async () => {
  deployment = await deploy(await serverImage(), REPLICAS);
}, BUILD_MS + ROLL_OUT_MS);

afterAll(() => deployment?.[Symbol.asyncDispose](), ROLL_OUT_MS);

describe('through the Service, from outside', () => {
  test.each(['nodeUrl', 'clusterUrl'] as const)('programs run: %s', async (name) => {
    const { [name]: url, headers, namespaces } = deployment;
    const python = await run(url, { language: 'python', code: 'print(6 * 7)' }, headers);
    const typescript = await run(
      url,
      { language: 'typescript', code: 'enum Answer { It = 42 }\nconsole.log(Answer.It);' },
      headers,
    );
    expect(python).toMatchObject({ status: 'SUCCEEDED', output: '42\n', runner: { kind: 'kubernetes' } });
    expect(typescript).toMatchObject({ status: 'SUCCEEDED', output: '42\n' });
    // What one replica has recorded any other knows.
    for (let request = 0; request < 2 * REPLICAS; request++)
      expect((await get(url, python.id, { ...headers, connection: 'close' })).output).toBe('42\n');
    expect(namespaces.sandbox).not.toBe(namespaces.server);
  });

  test('the pod of a program is in the namespace for programs, without a token', async () => {
    const { nodeUrl: url, headers, namespaces, kubectl: inServer } = deployment;
    const id = await submit(url, { language: 'python', code: lines(3, 1000) }, headers);
    const { runner } = await until(
      () => get(url, id, headers),
      ({ status }) => status === 'RUNNING',
    );
    const pod = JSON.parse(
      (await kubectl(['-n', namespaces.sandbox, 'get', 'pod', runner?.pod ?? 'none', '-o', 'json'])).stdout,
    );
    expect(pod.spec.automountServiceAccountToken).toBe(false);
    expect(pod.spec.dnsPolicy).toBe('Default');
    expect(await inServer('get', 'jobs', '-o', 'name')).toBe('');
    await steadyClient(url, headers).watch(id);
  });

  test('who has no key is told so; probes need none', async () => {
    const { nodeUrl, clusterUrl } = deployment;
    const anonymous = await askRaw(nodeUrl, '{ executions(first: 1) { edges { cursor } } }');
    expect(anonymous.errors[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    expect((await fetch(`${clusterUrl}/readyz`)).status).toBe(200);
    expect((await fetch(`${clusterUrl}/metrics`)).status).toBe(401);
  });
});

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const NAMESPACED = [
  'pods',
  'pods/log',
  'pods/attach',
  'pods/exec',
  'pods/portforward',
  'pods/ephemeralcontainers',
  'pods/eviction',
  'secrets',
  'configmaps',
  'events',
  'services',
  'serviceaccounts',
  'serviceaccounts/token',
  'resourcequotas',
  'limitranges',
  'jobs.batch',
  'cronjobs.batch',
  'deployments.apps',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'networkpolicies.networking.k8s.io',
  'leases.coordination.k8s.io',
];
const OF_THE_CLUSTER = [
  'nodes',
  'nodes/proxy',
  'namespaces',
  'persistentvolumes',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
  'runtimeclasses.node.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
];
const SPECIAL = [
  'impersonate users',
  'impersonate groups',
  'impersonate serviceaccounts',
  'bind clusterroles.rbac.authorization.k8s.io',
  'escalate roles.rbac.authorization.k8s.io',
];

const everyVerb = (resources: readonly string[]): string[] =>
  resources.flatMap((resource) => VERBS.map((verb) => `${verb} ${resource}`));

describe("the server's account", () => {
  // What the runner asks for, and nothing on top.
  const must = PERMISSIONS.map(
    ({ verb, group, resource }) => `${verb} ${resource}${group === '' ? '' : `.${group}`}`,
  ).sort();
  const account = (): string => `system:serviceaccount:${deployment.namespaces.server}:podline`;

  test('may do what the runner does, where programs run', async () => {
    const { sandbox } = deployment.namespaces;
    expect(await allRights(account(), sandbox)).toEqual(must);
    const asked = [...everyVerb(NAMESPACED), ...SPECIAL];
    expect((await allowedOf(account(), asked, sandbox)).sort()).toEqual(must);
  });

  test('may do nothing else anywhere', async () => {
    const { server } = deployment.namespaces;
    for (const namespace of [server, 'default', 'kube-system'])
      expect(await allRights(account(), namespace)).toEqual([]);
    const asked = [...everyVerb(NAMESPACED), ...SPECIAL];
    expect(await allowedOf(account(), asked, server)).toEqual([]);
    expect(await allowedOf(account(), [...asked, ...everyVerb(OF_THE_CLUSTER)], null)).toEqual([]);
  });

  test('and the account of programs may do nothing at all', async () => {
    const { server, sandbox } = deployment.namespaces;
    const programs = `system:serviceaccount:${sandbox}:default`;
    for (const namespace of [server, sandbox]) expect(await allRights(programs, namespace)).toEqual([]);
  });
});

describeNetworkPolicies(() => deployment);

describe('under load', () => {
  test('nothing is lost by a rolling update, nor by going down to one replica and back', {
    timeout: 3 * ROLL_OUT_MS,
  }, async () => {
    const { nodeUrl: url, headers, rolledOut, kubectl: inServer } = deployment;
    const client = steadyClient(url, headers);
    const limits = { timeoutMs: 300_000, memoryMb: 128 };
    // Every replica that these are watched through goes while they run.
    const throughout = lines(LONG_LINES, 100);
    const long = await Promise.all(
      ['a', 'b'].map((name) =>
        client.submit({ language: 'python', code: throughout, limits }, `throughout-${name}`),
      ),
    );
    const watched = long.map((id) => client.watch(id));
    const before = await deployment.pods();

    const moved = new AbortController();
    const load = [1, 2].map((submitter) => submitUntil(moved.signal, client, submitter));
    try {
      await inServer('rollout', 'restart', 'deployment/podline');
      await rolledOut();
      await inServer('scale', 'deployment/podline', '--replicas=1');
      await until(deployment.pods, (pods) => pods.length === 1);
      await inServer('scale', 'deployment/podline', `--replicas=${REPLICAS}`);
      await rolledOut();
    } finally {
      moved.abort();
    }
    const after = await deployment.pods();
    expect(after.filter((pod) => before.includes(pod))).toEqual([]);

    for (const done of await Promise.all(load)) expect(done).toBeGreaterThan(0);
    for (const [index, id] of long.entries()) {
      const { received, connections } = await (watched[index] ?? client.watch(id));
      const { status, output } = await client.get(id);
      expect({ status, output, seen: received.text }).toEqual({
        status: 'SUCCEEDED',
        output: linesText(LONG_LINES),
        seen: linesText(LONG_LINES),
      });
      // It was cut by the update, and resumed.
      expect(connections).toBeGreaterThan(1);
    }
  });

  /** Submits one program after another, and watches each to its end, until told; resolves to how many. */
  async function submitUntil(
    signal: AbortSignal,
    client: ReturnType<typeof steadyClient>,
    submitter: number,
  ): Promise<number> {
    let done = 0;
    while (!signal.aborted) {
      const key = `load-${submitter}-${done}`;
      const input = { language: 'python', code: lines(5, 50) };
      const id = await client.submit(input, key);
      const { received } = await client.watch(id);
      expect(received.text).toBe(linesText(5));
      expect(received.end).toEqual({ status: 'SUCCEEDED', endReason: 'EXITED' });
      // Whatever was sent twice was recorded once.
      expect(await client.submit(input, key)).toBe(id);
      done++;
    }
    return done;
  }
});

test('what was applied goes with one command, and leaves nothing', { timeout: ROLL_OUT_MS }, async () => {
  const { namespaces, remove } = deployment;
  await remove();
  const { stdout } = await kubectl(['get', 'namespaces', '-o', 'name']);
  expect(stdout.split('\n')).not.toContain(`namespace/${namespaces.server}`);
  expect(stdout.split('\n')).not.toContain(`namespace/${namespaces.sandbox}`);
});
