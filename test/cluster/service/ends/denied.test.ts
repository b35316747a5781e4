import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestNamespace } from '../../support/namespace.ts';
import { until } from '../../support/until.ts';
import { created } from '../support/administrator.ts';
import { givenUp, healed, IMPATIENT, PATIENT, waits, withServer } from '../support/refusals.ts';
import { health } from '../support/server.ts';

let namespace: TestNamespace;
beforeAll(async () => {
  namespace = await TestNamespace.create('denied');
});
afterAll(() => namespace?.[Symbol.asyncDispose]());

test('a quota that has no room for a pod; once it has, what waits runs', async () => {
  await namespace.limitPods(0);
  await withServer(namespace, IMPATIENT, async ({ url }) => {
    const ended = await givenUp(namespace, url);
    expect(ended.endReason).toBe('UNSCHEDULABLE');
    expect(ended.message).toMatch(/quota/);
  });
  await withServer(namespace, PATIENT, async ({ url }) => {
    const id = await waits(url, /quota/);
    await namespace.limitPods(null);
    await healed(url, id);
  });
});

/**
 * No pod of ours fails the `restricted` level, which this namespace enforces, whatever a template says. What refuses
 * pods in its place is asked at the same moment, and its refusal shows in the same way.
 */
test('admission refuses the pod; once it does not, what waits runs', async () => {
  const { name } = namespace;
  const policy = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
        ],
      },
      validations: [{ expression: 'false', message: 'nobody runs anything today' }],
    },
  };
  const binding = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: {
      policyName: name,
      validationActions: ['Deny'],
      matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } },
    },
  };
  await using _ = await created(policy);
  await using bound = await created(binding);
  await until(podIsRefused, (refused) => refused);
  await withServer(namespace, IMPATIENT, async ({ url }) => {
    const ended = await givenUp(namespace, url);
    expect(ended.endReason).toBe('UNSCHEDULABLE');
    expect(ended.message).toMatch(/nobody runs anything today/);
  });
  await withServer(namespace, PATIENT, async ({ url }) => {
    const id = await waits(url, /nobody runs anything today/);
    await health(url, 'that it is refused', ({ status }) => status === 'DEGRADED');
    await bound[Symbol.asyncDispose]();
    await healed(url, id);
  });
});

/** A policy counts some moments after it was made. */
async function podIsRefused(): Promise<boolean> {
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  const pod = {
    metadata: { name: 'probe' },
    spec: {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ name: 'probe', image: 'podline.test/absent:1', securityContext }],
    },
  };
  try {
    await namespace.core.createNamespacedPod({ namespace: namespace.name, body: pod, dryRun: 'All' });
    return false;
  } catch (error) {
    return String(error).includes('nobody runs anything today');
  }
}
