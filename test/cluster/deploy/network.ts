import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../service/support/executions.ts';
import { until } from '../support/until.ts';
import type { Deployment } from './support/deployment.ts';
import { kubectl } from './support/kubectl.ts';
import {
  openPod,
  probe,
  reachedFrom,
  reachedOf,
  serve,
  type Targets,
  type TestPod,
} from './support/reach.ts';

const SERVER = 'app.kubernetes.io/name=podline,app.kubernetes.io/component=server';
const HAS_GVISOR = (await kubectl(['get', 'runtimeclass', '-o', 'name'])).stdout.includes('/gvisor\n');

/** Only where NETWORK_POLICIES says that the cluster's network enforces them: elsewhere a policy is a wish. */
export function describeNetworkPolicies(deploymentOf: () => Deployment): void {
  describe.skipIf(process.env['NETWORK_POLICIES'] !== 'enforced')('the network policies', () => {
    let neighbour: TestPod;
    let targets: Targets;
    const opened = new AsyncDisposableStack();
    /** Nothing is there on a test bed: it is only asserted that no answer comes. */
    const METADATA = 'the metadata service';
    const all = (): string[] => Object.keys(targets).filter((what) => what !== METADATA);
    const notTheServer = (): string[] => all().filter((what) => !what.startsWith("the server's"));

    beforeAll(async () => {
      const deployment = deploymentOf();
      const { addresses, namespaces, clusterUrl } = deployment;
      const namespace = `${namespaces.server}-neighbour`;
      await kubectl(['create', 'namespace', namespace]);
      opened.defer(async () => {
        await kubectl(['delete', 'namespace', namespace, '--wait=false']);
      });
      neighbour = await openPod(namespace, 'neighbour');
      const { apiServer, database, dns } = addresses;
      const [apiService, serverIp] = await Promise.all([
        kubectl(['get', 'service', 'kubernetes', '-o', 'jsonpath={.spec.clusterIP}']),
        deployment.kubectl('get', 'pod', '-l', SERVER, '-o', 'jsonpath={.items[0].status.podIP}'),
      ]);
      targets = {
        'another pod': `${neighbour.ip}:8080`,
        'a Service': `${await serve(neighbour)}:80`,
        "the server's pod": `${serverIp}:5000`,
        "the server's Service": `${new URL(clusterUrl).hostname}:80`,
        'the API server': `${apiServer.ip}:${apiServer.port}`,
        "the API server's Service": `${apiService.stdout}:443`,
        'the database': `${database.ip}:${database.port}`,
        'the name service': `udp ${dns}:53`,
        'the name service by TCP': `${dns}:53`,
        "the node's kubelet": `${addresses.node}:10250`,
        [METADATA]: '169.254.169.254:80',
      };
    });

    afterAll(() => opened.disposeAsync());

    test('there is something to reach: a pod that they do not concern reaches all but the server', async () => {
      expect(await reachedFrom(neighbour, targets, notTheServer())).toEqual(notTheServer());
    });

    test('to a program nothing answers', async () => {
      const { nodeUrl, headers } = deploymentOf();
      const input = { language: 'javascript', fileName: 'main.cjs', code: probe(targets) };
      // A network may take a moment to know a new pod; docs/security.md says what that means.
      const { status, output } = await until(
        () => run(nodeUrl, input, headers),
        (ended) => ended.output === '[]\n',
        60_000,
      );
      expect({ status, reached: reachedOf(output) }).toEqual({ status: 'SUCCEEDED', reached: [] });
    });

    describe.skipIf(!HAS_GVISOR)('in gVisor', () => {
      test('there is something to reach', async () => {
        await using pod = await openPod(neighbour.namespace, 'gvisor', 'gvisor');
        expect(await reachedFrom(pod, targets, notTheServer())).toEqual(notTheServer());
      });

      test('nothing answers to a pod where programs run', async () => {
        await using pod = await openPod(deploymentOf().namespaces.sandbox, 'gvisor', 'gvisor');
        expect(await reachedFrom(pod, targets, [])).toEqual([]);
      });
    });

    test('the server reaches the API server, the database and the name service, and nothing else', async () => {
      const { "the server's pod": _itself, ...others } = targets;
      const output = await deploymentOf().kubectl(
        'exec',
        'deployment/podline',
        '--',
        'node',
        '-e',
        probe(others),
      );
      expect(reachedOf(output)).toEqual([
        'the API server',
        "the API server's Service",
        'the database',
        'the name service',
        'the name service by TCP',
      ]);
    });

    test('the server is reached from namespaces with the label, such as that of an ingress controller', async () => {
      await kubectl(['label', 'namespace', neighbour.namespace, 'podline.dev/calls-server=true']);
      expect(await reachedFrom(neighbour, targets, all())).toEqual(all());
      await kubectl(['label', 'namespace', neighbour.namespace, 'podline.dev/calls-server-']);
      expect(await reachedFrom(neighbour, targets, notTheServer())).toEqual(notTheServer());
    });
  });
}
