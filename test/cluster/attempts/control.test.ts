import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestNamespace } from '../support/namespace.ts';
import { IMAGES } from '../support/runner.ts';
import { until } from '../support/until.ts';
import { python } from './reach/python.ts';
import { composePython, type Outcome, readOutcomes } from './reach/reach.ts';

const NAME = 'ordinary';
const NOWHERE = { api: [], node: '127.0.0.1', neighbour: '127.0.0.1' };
const controlled = python.filter(({ uncontrolled }) => uncontrolled === undefined);

/**
 * The same attempts in a container as Kubernetes makes it when nobody asks for more: they must reach what they are after, or
 * their failing in our pods would prove nothing.
 */
let namespace: TestNamespace;
let said: string;
let outcomes: Map<string, Outcome>;

beforeAll(async () => {
  namespace = await TestNamespace.create('attempts-control');
  await allowOrdinaryPods();
  const command = ['python3', '-c', composePython(controlled, NOWHERE)];
  await namespace.core.createNamespacedPod({
    namespace: namespace.name,
    body: {
      metadata: { name: NAME },
      spec: {
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 0,
        containers: [{ name: NAME, image: IMAGES.python, command }],
      },
    },
  });
  const place = { namespace: namespace.name, name: NAME };
  await until(
    async () => (await namespace.core.readNamespacedPod(place)).status,
    (status) => status?.phase === 'Succeeded' || status?.phase === 'Failed',
  );
  said = await namespace.core.readNamespacedPodLog(place);
  outcomes = readOutcomes(said);
});

afterAll(() => namespace?.[Symbol.asyncDispose]());

test.each(controlled)('without what we ask for: $name', ({ name }) => {
  expect(outcomes.get(name) ?? said).toMatchObject({ reached: true });
});

async function allowOrdinaryPods(): Promise<void> {
  const { core, name } = namespace;
  const body = await core.readNamespace({ name });
  body.metadata = {
    ...body.metadata,
    labels: { ...body.metadata?.labels, 'pod-security.kubernetes.io/enforce': 'baseline' },
  };
  await core.replaceNamespace({ name, body });
}
