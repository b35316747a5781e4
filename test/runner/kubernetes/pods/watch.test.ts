import { beforeEach, expect, test } from 'vitest';
import { PODS } from '../../../../src/runner/kubernetes/api/objects.ts';
import { PodWatch } from '../../../../src/runner/kubernetes/pods/watch.ts';
import { runningPod, ScriptedCluster } from './scripted-cluster.ts';

const POD = PODS.decode(runningPod('p'));
let cluster: ScriptedCluster;
beforeEach(() => {
  cluster = new ScriptedCluster();
});

test('a pod that was read before the watch reported it is not known, and not gone', () => {
  cluster.pods.replace([]);
  using watch = new PodWatch(cluster, 'job', POD);
  expect(watch.observe()).toMatchObject({ state: 'unknown' });
  cluster.pods.put(runningPod('p'));
  expect(watch.observe()).toEqual({ state: 'running' });
  cluster.pods.remove(runningPod('p'));
  expect(watch.observe()).toMatchObject({ state: 'gone', reason: 'INTERRUPTED' });
});

test('one that the watch knew is gone when a list lacks it', () => {
  cluster.pods.replace([runningPod('p')]);
  using watch = new PodWatch(cluster, 'job', POD);
  expect(watch.observe()).toEqual({ state: 'running' });
  cluster.pods.replace([]);
  expect(watch.observe()).toMatchObject({ state: 'gone' });
});

test('one made anew under its name is another', () => {
  const anew = runningPod('p');
  cluster.pods.replace([{ ...anew, metadata: { ...anew.metadata, uid: 'another' } }]);
  using watch = new PodWatch(cluster, 'job', POD);
  expect(watch.observe()).toMatchObject({ state: 'gone' });
});
