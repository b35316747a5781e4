import { expect, test } from 'vitest';
import {
  describeImage,
  diagnosePending,
  diagnoseRefusal,
  missingLauncher,
} from '../../../../src/runner/kubernetes/pods/diagnose-pending.ts';
import { quote } from '../../../../src/runner/kubernetes/pods/pod.ts';

const IMAGES: readonly (readonly [string, string])[] = [
  [
    'failed to resolve reference "docker.io/library/x:1": docker.io/library/x:1: not found',
    'it does not exist',
  ],
  ['reading manifest 1 in registry.example/x: manifest unknown', 'it does not exist'],
  [
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope',
    'its registry refuses it, or it does not exist',
  ],
  ['unexpected status: 401 Unauthorized', 'its registry refuses it, or it does not exist'],
  ['toomanyrequests: You have reached your pull rate limit', 'its registry says too many were pulled'],
  ['tls: failed to verify certificate: x509: unknown authority', "its registry's certificate is not trusted"],
  ['dial tcp 10.0.0.1:443: i/o timeout', 'its registry cannot be reached'],
];

for (const [detail, cause] of IMAGES) {
  test(`an image: ${cause} (${detail.slice(0, 20)})`, () => {
    expect(describeImage('x:1', detail)).toBe(`The image x:1 is not available: ${cause}.`);
  });
}

test("an image's own name is no cause", () => {
  expect(describeImage('not found/denied:1', 'cannot have "not found/denied:1"')).toBe(
    'The image not found/denied:1 is not available.',
  );
});

function refusal(message: string): string | undefined {
  return diagnoseRefusal([{ reason: 'FailedCreate', message, involvedObject: {}, metadata: {} }])?.message;
}

test('a webhook that refuses a pod is reported with what it says', () => {
  expect(
    refusal(
      'Error creating: admission webhook "policy.example.com" denied the request: no images from\n elsewhere',
    ),
  ).toBe(
    'The cluster refuses its pod: admission webhook "policy.example.com" denied the request: no images from elsewhere.',
  );
});

test('a namespace that is being deleted is reported', () => {
  expect(
    refusal(
      'Error creating: pods "a-" is forbidden: unable to create new content in namespace x because it is being terminated',
    ),
  ).toBe('Its namespace is being deleted.');
});

test('the newest refusal counts, and other events do not', () => {
  const event = (reason: string, message: string) => ({ reason, message, involvedObject: {}, metadata: {} });
  const first = event('FailedCreate', 'Error creating: first');
  const second = event('FailedCreate', 'Error creating: second');
  expect(diagnoseRefusal([first, second, event('DeadlineExceeded', 'late')])?.message).toBe(
    'The cluster refuses its pod: second.',
  );
  expect(diagnoseRefusal([event('BackoffLimitExceeded', 'x')])).toBeNull();
});

test("a scheduler's sentence without its preemption's", () => {
  const message =
    '0/5 nodes are available: 2 Insufficient cpu, 3 node(s) had untolerated taint(s). preemption: 0/5 nodes are available: 5 No preemption victims found.';
  const pod = { status: { conditions: [{ type: 'PodScheduled', status: 'False', message }] } };
  expect(diagnosePending(pod, [])).toEqual({
    state: 'pending',
    cause: 'scheduling',
    message: 'No node can take it: 2 Insufficient cpu, 3 node(s) had untolerated taint(s).',
  });
});

test('what a cluster says is on one line and bounded', () => {
  expect(quote('a\n\tb\u0000c. ')).toBe('a b c.');
  expect(quote('x'.repeat(1000))).toHaveLength(301);
  expect(quote(`${'x'.repeat(298)}\u{1F600}${'y'.repeat(10)}`).isWellFormed()).toBe(true);
});

test("a launcher's ConfigMap that is missing is reported, and what becomes of it", () => {
  const pod = { spec: { nodeName: 'node-1', containers: [] } };
  const event = (message: string) => ({ reason: 'FailedMount', message, involvedObject: {}, metadata: {} });
  const missing = event(
    'MountVolume.SetUp failed for volume "podline-launcher" : configmap "podline-launcher-python-0123456789abcdef" not found',
  );
  expect(diagnosePending(pod, [missing])).toEqual({
    state: 'pending',
    cause: 'image',
    message:
      'The ConfigMap podline-launcher-python-0123456789abcdef, which holds its launcher, was missing; it is made again, and its node mounts it at the next attempt.',
  });
  expect(missingLauncher(missing)).toBe('podline-launcher-python-0123456789abcdef');
  expect(
    missingLauncher(event('MountVolume.SetUp failed for volume "x" : configmap "x" not found')),
  ).toBeNull();
});
