import { expect, test } from 'vitest';
import { beyondWarm } from '../../../chaos/account/remains.ts';
import type { Held } from '../../../chaos/bed/cluster.ts';

const job = held('Job', 'job');
const pod = held('Pod', 'pod');

test('warm Jobs and their pods are not too much', () => {
  expect(beyondWarm([job, pod, job, pod], 2)).toEqual([]);
});

test.each<[what: string, all: Held[], beyond: Held[]]>([
  ['a Job that served an execution', [job, { ...job, execution: 'id' }], [{ ...job, execution: 'id' }]],
  ['a pod that has ended', [pod, { ...pod, hasEnded: true }], [{ ...pod, hasEnded: true }]],
  ['more warm Jobs', [job, job, job, pod], [job, job, job]],
  ['pods without Jobs', [job, pod, pod, pod], [pod, pod, pod]],
])('%s is too much', (_what, all, beyond) => {
  expect(beyondWarm(all, 2)).toEqual(beyond);
});

function held(kind: Held['kind'], name: string): Held {
  return { kind, name, execution: null, hasEnded: false, state: '' };
}
