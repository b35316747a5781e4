import { expect, test } from 'vitest';
import { SessionStartError } from '../../../../src/executions/session-host.ts';
import {
  KubernetesSessions,
  type KubernetesSessionsOptions,
} from '../../../../src/runner/kubernetes/sessions/sessions.ts';
import { notStarted } from '../../../../src/runner/run/endings/outcome.ts';
import { silentLogger } from '../session/listener.ts';

const LIMITS = { timeoutMs: 20_000, memoryMb: 256, cpuMillis: 1000, outputBytes: 100_000 };
const REQUEST = {
  id: 'session-1',
  language: 'python',
  limits: LIMITS,
  files: [],
  env: [],
  epoch: 1,
  bound: () => Promise.resolve(true),
};

/** Sessions whose pools have no pod ready and answer each wait with the next of these. */
function sessionsOf(waits: (object | (() => object))[]) {
  const pools = {
    take() {
      const next = waits.shift() ?? notStarted('Expected no further wait.');
      return Promise.resolve(typeof next === 'function' ? next() : next);
    },
  };
  const options = {
    pools,
    languages: [],
    environments: new Map([['python', { name: 'python' }]]),
    closing: new AbortController().signal,
    logger: silentLogger,
  };
  return new KubernetesSessions(options as unknown as KubernetesSessionsOptions);
}

test('a session waits on while the cluster cannot be reached, and ends by what the cluster then says', async () => {
  const waits = [
    notStarted('The connection to the Kubernetes API was cut.'),
    notStarted('The connection to the Kubernetes API was cut.'),
    { kind: 'ended', end: { reason: 'UNSCHEDULABLE', message: 'No node has room.' } },
  ];
  const opening = sessionsOf(waits).open(REQUEST, new AbortController().signal);
  await expect(opening).rejects.toThrow(new SessionStartError('UNSCHEDULABLE', 'No node has room.'));
  expect(waits).toEqual([]);
});

test('a session that is ended while it waits for a pod waits no longer', async () => {
  const stop = new AbortController();
  const cut = () => {
    queueMicrotask(() => stop.abort('ended'));
    return notStarted('The connection to the Kubernetes API was cut.');
  };
  await expect(sessionsOf([cut]).open(REQUEST, stop.signal)).rejects.toBe('ended');
});
