import { describe, expect, test } from 'vitest';
import {
  computeStart,
  type ObservedStart,
  type StartStep,
  type Waiting,
  waitingNow,
} from '../../../../src/runner/kubernetes/pods/compute-start.ts';
import type { PodState } from '../../../../src/runner/kubernetes/pods/pod.ts';

const STARTING = { state: 'pending', cause: 'starting', message: 'It is starting.' } as const;
const ENDED = { state: 'ended', reason: 'EVICTED', message: 'It was evicted.' } as const;

/** Its Job was created at 0, and has no pod yet. */
const CREATED: ObservedStart = {
  beganAt: 0,
  isCancelled: false,
  pod: STARTING,
  hasPod: false,
  isOnNode: false,
  isSuspended: false,
  waiting: waits('starting', 0),
  runningSince: null,
  eventsReadAt: null,
  session: 'none',
  maxStartMs: 90_000,
};
const ON_NODE: ObservedStart = { ...CREATED, hasPod: true, isOnNode: true };
const RUNNING: ObservedStart = {
  ...ON_NODE,
  pod: { state: 'running' },
  runningSince: 1000,
  session: 'attaching',
};

function waits(type: Waiting['condition']['type'], since: number): Waiting {
  return { condition: { type, message: `It waits: ${type}.` }, since };
}

function pending(cause: 'scheduling' | 'image' | 'refused', since = 0): Partial<ObservedStart> {
  return { pod: { state: 'pending', cause, message: 'm' }, waiting: waits(cause, since) };
}

function fails(type: Waiting['condition']['type'], message: string): StartStep {
  return { step: 'fail', condition: { type, message } };
}

type Row = readonly [what: string, observed: ObservedStart, now: number, next: StartStep];

function table(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    test.each(rows)('%s', (_, observed, now, next) => {
      expect(computeStart(observed, now)).toEqual(next);
    });
  });
}

table('a Job without a pod', [
  ['is polled', CREATED, 10, { step: 'wait', until: 510 }],
  ['has its events read after a second', CREATED, 1000, { step: 'read events' }],
  ['then every five', { ...CREATED, eventsReadAt: 1000 }, 5999, { step: 'wait', until: 6499 }],
  ['and again', { ...CREATED, eventsReadAt: 1000 }, 6000, { step: 'read events' }],
  [
    'fails once it is refused',
    { ...CREATED, ...pending('refused') },
    10,
    fails('refused', 'It waits: refused.'),
  ],
  [
    'fails when a quota has no room for it',
    { ...CREATED, ...pending('scheduling') },
    10,
    fails('scheduling', 'It waits: scheduling.'),
  ],
  [
    'waits on in its queue',
    { ...CREATED, ...pending('scheduling'), isSuspended: true, eventsReadAt: 86_400_000 },
    86_400_010,
    { step: 'wait', until: 86_400_510 },
  ],
  [
    'fails when it has been starting for too long',
    CREATED,
    90_001,
    fails('failed', 'It did not start within 90 s: It waits: starting.'),
  ],
  ['may take as long as that', CREATED, 90_000, { step: 'read events' }],
  [
    'fails as it was when it is gone',
    { ...CREATED, pod: { state: 'gone', reason: 'UNSCHEDULABLE', message: 'No pod.' } },
    10,
    fails('scheduling', 'No pod.'),
  ],
]);

table('a pod that does not run', [
  [
    'without a node has no events read, it says itself why',
    { ...CREATED, hasPod: true, ...pending('scheduling') },
    50_000,
    { step: 'wait', until: 50_500 },
  ],
  ['on its node is attached to', ON_NODE, 10, { step: 'attach' }],
  ['and polled', { ...ON_NODE, session: 'attaching' }, 10, { step: 'wait', until: 510 }],
  [
    'has its events read after ten seconds',
    { ...ON_NODE, session: 'attaching' },
    10_000,
    { step: 'read events' },
  ],
  [
    'that long after what it waits for has changed',
    { ...ON_NODE, session: 'attaching', ...pending('image', 7000) },
    16_999,
    { step: 'wait', until: 17_499 },
  ],
  [
    'may wait a minute for its image',
    { ...ON_NODE, session: 'attaching', ...pending('image'), eventsReadAt: 60_000 },
    60_000,
    { step: 'wait', until: 60_500 },
  ],
  [
    'and no longer',
    { ...ON_NODE, session: 'attaching', ...pending('image') },
    60_001,
    fails('image', 'It waits: image.'),
  ],
  [
    'that certainly lacks its image fails',
    { ...ON_NODE, pod: { state: 'ended', reason: 'IMAGE_UNAVAILABLE', message: 'No image.' } },
    10,
    fails('image', 'No image.'),
  ],
  ['that has ended fails', { ...ON_NODE, pod: ENDED }, 10, fails('failed', 'It was evicted.')],
  [
    'is waited for while it cannot be read, however long',
    { ...ON_NODE, session: 'attaching', pod: { state: 'unknown', message: 'u' }, eventsReadAt: 3_600_000 },
    3_600_000,
    { step: 'wait', until: 3_600_500 },
  ],
]);

table('a pod that runs', [
  ['is attached to', { ...RUNNING, session: 'none' }, 1000, { step: 'attach' }],
  ['has a minute until its launcher is ready', RUNNING, 60_900, { step: 'wait', until: 61_000 }],
  [
    'and no longer',
    RUNNING,
    61_000,
    fails('failed', 'Its launcher was not ready 60 s after its container had started.'),
  ],
  [
    'is waited for while it cannot be read',
    { ...RUNNING, pod: { state: 'unknown', message: 'u' } },
    2000,
    { step: 'wait', until: 2500 },
  ],
  ['that has ended fails', { ...RUNNING, pod: ENDED }, 2000, fails('failed', 'It was evicted.')],
]);

table('a launcher', [
  ['that has responded is ready', { ...RUNNING, session: 'responded' }, 2000, { step: 'ready' }],
  ['also before the status tells that it runs', { ...ON_NODE, session: 'responded' }, 10, { step: 'ready' }],
  [
    'that was given up fails its start',
    { ...RUNNING, session: { failure: 'Too much.' } },
    2000,
    fails('failed', 'Too much.'),
  ],
  [
    'counts no more once its start is cancelled',
    { ...RUNNING, session: 'responded', isCancelled: true },
    2000,
    fails('failed', 'Its start was cancelled before the pod was ready.'),
  ],
]);

test('what it waits for counts from when its cause has changed', () => {
  const image = (message: string): PodState => ({ state: 'pending', cause: 'image', message });
  const first = waitingNow(null, STARTING, 100);
  expect(first).toEqual({ condition: { type: 'starting', message: 'It is starting.' }, since: 100 });
  const second = waitingNow(first, image('a'), 200);
  expect(second).toEqual({ condition: { type: 'image', message: 'a' }, since: 200 });
  expect(waitingNow(second, image('b'), 300)).toEqual({
    condition: { type: 'image', message: 'b' },
    since: 200,
  });
  expect(waitingNow(second, { state: 'unknown', message: 'u' }, 400)).toBe(second);
});
