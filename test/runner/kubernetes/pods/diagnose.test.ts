import type { V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { diagnose } from '../../../../src/runner/kubernetes/pods/diagnose.ts';
import type { PodState } from '../../../../src/runner/kubernetes/pods/pod.ts';
import { observed, RECORDINGS } from './observed.ts';

const IMAGE = 'The image podline.test/nothing:1 is not available: its registry cannot be reached.';
const DEADLINE = "It ran into its Job's deadline.";
const DRAINED = 'It was evicted, as from a node that is drained.';
const QUEUED = 'It waits until its queue admits it.';
const SELECTOR = "node(s) didn't match Pod's node affinity/selector.";

/** What each recording comes down to: state, cause or reason, message. */
const EXPECTED: { readonly [recording: string]: readonly string[] } = {
  'waits-for-its-container': ['pending', 'starting', 'Its container is starting.'],
  runs: ['running'],
  'image-not-pulled': ['pending', 'image', IMAGE],
  'image-back-off': ['pending', 'image', IMAGE],
  'image-name-invalid': [
    'pending',
    'image',
    'The image Not/An:Image:1 is not available: that is no name of an image.',
  ],
  'image-never-pulled': [
    'pending',
    'image',
    'The image podline.test/nothing:2 is not available: it is not on the node and must not be pulled.',
  ],
  'image-lacks-the-interpreter': [
    'ended',
    'IMAGE_UNAVAILABLE',
    'The image podline.test/python:3.11 cannot run programs: it has no no-such-interpreter.',
  ],
  'no-room-memory': ['pending', 'scheduling', 'No node can take it: 1 Insufficient memory.'],
  'no-node-selected': ['pending', 'scheduling', `No node can take it: 1 ${SELECTOR}`],
  'scheduling-gated': ['pending', 'scheduling', QUEUED],
  suspended: ['pending', 'scheduling', QUEUED],
  'config-map-missing': [
    'pending',
    'starting',
    'Its container cannot start yet: MountVolume.SetUp failed for volume "x" : configmap "nothing" not found.',
  ],
  'container-config-wrong': [
    'pending',
    'refused',
    'The node cannot create its container: secret "nothing" not found.',
  ],
  'quota-used-up': [
    'pending',
    'scheduling',
    'The quota few has no room for it: requested: pods=1, used: pods=0, limited: pods=0.',
  ],
  'quota-used-up-memory': [
    'pending',
    'scheduling',
    'The quota small has no room for it: requested: limits.memory=224Mi, used: limits.memory=0, limited: limits.memory=100Mi.',
  ],
  'limit-range': [
    'pending',
    'refused',
    'The cluster refuses its pod: maximum memory usage per Container is 100Mi, but limit is 224Mi.',
  ],
  'pod-security-refuses': [
    'pending',
    'refused',
    'Pod Security restricted:latest refuses its pod: unrestricted capabilities (container "program" must set securityContext.capabilities.drop=["ALL"]).',
  ],
  'runtime-class-missing': ['pending', 'refused', 'The RuntimeClass nothing does not exist.'],
  'priority-class-missing': ['pending', 'refused', 'The PriorityClass nothing does not exist.'],
  'out-of-memory': ['ended', 'OUT_OF_MEMORY', 'Its container ran out of memory.'],
  'out-of-memory-gvisor': ['ended', 'OUT_OF_MEMORY', 'Its container ran out of memory.'],
  'exited-0': [
    'ended',
    'INTERRUPTED',
    'Its launcher ended with exit code 0 and reported no end of the program.',
  ],
  'exited-3': [
    'ended',
    'INTERRUPTED',
    'Its launcher ended with exit code 3 and reported no end of the program.',
  ],
  'pod-deadline': ['ended', 'TIMED_OUT', DEADLINE],
  'job-deadline-terminating': ['terminating', 'TIMED_OUT', DEADLINE],
  'job-deadline': ['gone', 'TIMED_OUT', DEADLINE],
  'job-deadline-without-pod': ['gone', 'UNSCHEDULABLE', 'Its Job got no pod before its deadline.'],
  'evicted-by-api-terminating': ['terminating', 'EVICTED', DRAINED],
  'evicted-by-api-gone': ['gone', 'EVICTED', DRAINED],
  'evicted-for-its-disk': ['ended', 'EVICTED', 'It wrote more than 8Mi to /program.'],
  'evicted-for-its-disk-terminated': ['ended', 'EVICTED', 'It wrote more than 8Mi to /program.'],
  'evicted-for-its-storage': ['ended', 'EVICTED', 'It wrote more to disk than it may.'],
  'preempted-terminating': ['terminating', 'EVICTED', 'A pod of a higher priority took its place.'],
  'job-deleted-terminating': ['terminating', 'INTERRUPTED', 'Its Job was deleted.'],
  'job-deleted-gone': ['gone', 'INTERRUPTED', 'Its Job was deleted.'],
  'pod-deleted-terminating': ['terminating', 'INTERRUPTED', 'Its pod was deleted.'],
  'pod-deleted-ended': ['ended', 'INTERRUPTED', 'Its pod was deleted.'],
  'pod-deleted-gone': ['gone', 'INTERRUPTED', 'Its pod was deleted.'],
  'kubelet-refuses-processor': [
    'ended',
    'UNSCHEDULABLE',
    "Its node did not take it: Node didn't have enough resource: cpu, requested: 64000, used: 30, capacity: 2000.",
  ],
  'kubelet-refuses-node-affinity': [
    'ended',
    'UNSCHEDULABLE',
    `Its node did not take it: Predicate NodeAffinity failed: ${SELECTOR}`,
  ],
};

test('every recording has its expectation', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual([...RECORDINGS].sort());
});

for (const [name, expected] of Object.entries(EXPECTED)) {
  test(`observed: ${name}`, () => {
    expect(Object.values(diagnose(observed(name)))).toEqual(expected);
  });
}

const RUNNING = observed('runs').pod as V1Pod;

function withStatus(status: Partial<V1Pod['status']>): V1Pod {
  return { ...RUNNING, status: { ...RUNNING.status, ...status } };
}

function told(pod: V1Pod): PodState {
  return diagnose({ pod, job: observed('runs').job });
}

test('what cannot be read is unknown, never gone', () => {
  expect(diagnose({ pod: undefined, job: undefined }).state).toBe('unknown');
  expect(diagnose({ pod: undefined, job: null }).state).toBe('unknown');
  expect(diagnose({ pod: null, job: undefined }).state).toBe('unknown');
});

test('a pod that was there and is not any more is gone, whatever is known of its Job', () => {
  expect(diagnose({ pod: null, job: undefined, lastPod: RUNNING })).toEqual({
    state: 'gone',
    reason: 'INTERRUPTED',
    message: 'Its pod is gone.',
  });
  expect(diagnose({ pod: null, job: undefined, existed: true }).state).toBe('gone');
});

test('a Job that counts an ended pod had one, though nobody saw it', () => {
  const { job } = observed('pod-deleted-gone');
  expect(diagnose({ pod: null, job })).toMatchObject({ state: 'gone', reason: 'INTERRUPTED' });
  const { job: late } = observed('job-deadline');
  expect(diagnose({ pod: null, job: late })).toMatchObject({ state: 'gone', reason: 'TIMED_OUT' });
});

test('a pod of a node that fell silent is unknown', () => {
  const conditions = (ready: string) => [
    { type: 'Ready', status: ready },
    { type: 'ContainersReady', status: 'True' },
  ];
  expect(told(withStatus({ conditions: conditions('False') })).state).toBe('unknown');
  expect(told(withStatus({ conditions: conditions('True') })).state).toBe('running');
  expect(told(withStatus({ phase: 'Unknown' })).state).toBe('unknown');
});

const DISRUPTIONS: readonly (readonly [string, string])[] = [
  ['DeletionByTaintManager', 'EVICTED'],
  ['DeletionByPodGC', 'INTERRUPTED'],
  ['TerminationByKubelet', 'EVICTED'],
  ['PreemptionByScheduler', 'EVICTED'],
  ['SomethingNew', 'EVICTED'],
];

for (const [reason, expected] of DISRUPTIONS) {
  test(`a pod disrupted by ${reason} ends ${expected}`, () => {
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason }];
    expect(told(withStatus({ phase: 'Failed', conditions }))).toMatchObject({
      state: 'ended',
      reason: expected,
    });
  });
}

test("a node's own words for an end", () => {
  const failed = (reason: string, message = '') => told(withStatus({ phase: 'Failed', reason, message }));
  const low = 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 90Mi. ';
  expect(failed('Evicted', low)).toEqual({
    state: 'ended',
    reason: 'EVICTED',
    message: 'Its node evicted it for want of memory.',
  });
  expect(failed('Terminated')).toEqual({
    state: 'ended',
    reason: 'INTERRUPTED',
    message: 'Its node shut down.',
  });
  expect(failed('NodeLost')).toEqual({
    state: 'ended',
    reason: 'INTERRUPTED',
    message: 'Its node was lost.',
  });
  expect(failed('Preempting')).toMatchObject({ state: 'ended', reason: 'EVICTED' });
});

test('an evicted pod may have run, though no container of it is reported', () => {
  const pod = { ...RUNNING, status: { phase: 'Failed', reason: 'Evicted', message: '' } };
  expect(told(pod)).toMatchObject({ state: 'ended', reason: 'EVICTED' });
  const refused = { ...RUNNING, status: { phase: 'Failed', reason: 'UnexpectedAdmissionError' } };
  expect(told(refused)).toMatchObject({ state: 'ended', reason: 'UNSCHEDULABLE' });
});
