import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UnavailableError } from '../../../../src/executions/errors.ts';
import { EXECUTION, OWNER } from '../../../../src/runner/kubernetes/job/labels.ts';
import { Background } from '../../../../src/runner/kubernetes/pods/background.ts';
import { Jobs } from '../../../../src/runner/kubernetes/pods/jobs.ts';
import { silentLogger } from '../conversation/listener.ts';
import { jobWith, ScriptedCluster } from './scripted-cluster.ts';

let cluster: ScriptedCluster;
let background: Background;
let jobs: Jobs;
beforeEach(() => {
  vi.useFakeTimers();
  cluster = new ScriptedCluster();
  background = new Background(silentLogger, async () => undefined);
  const freed = (): void => undefined;
  jobs = new Jobs({ cluster, background, owner: 'me', freed, logger: silentLogger });
});
afterEach(() => {
  jobs[Symbol.dispose]();
  background[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('deletes what an execution has by its label and by name, each once', async () => {
  cluster.jobs.replace([jobWith('a', { [EXECUTION]: 'e' }), jobWith('b', { [EXECUTION]: 'other' })]);
  await jobs.deleteOf('e', ['a', 'c', null, undefined]);
  expect(cluster.deleted).toEqual(['a', 'c']);
});

test('says that it failed at first, and goes on trying', async () => {
  cluster.deletionFails = true;
  await expect(jobs.deleteOf('e', ['a'])).rejects.toThrow(UnavailableError);
  cluster.deletionFails = false;
  await background.settled();
  expect(cluster.deleted.length).toBeGreaterThan(1);
});

test('labels after a while, unless it is deleted by then', async () => {
  jobs.label('a', 'e');
  jobs.label('b', 'f');
  await jobs.delete('b');
  await vi.advanceTimersByTimeAsync(1000);
  expect(cluster.labelled).toEqual(['a']);
});

test('labels at once when it closes: no sweep is to take it for one that nobody got', async () => {
  jobs.label('a', 'e');
  jobs.label('b', 'f');
  await jobs.delete('b');
  jobs[Symbol.dispose]();
  await background.settled();
  expect(cluster.labelled).toEqual(['a']);
});

test('what could not be deleted for long is swept, once the cluster can be asked again', async () => {
  const ended = {
    conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: '2020-01-01T00:00:00Z' }],
  };
  cluster.jobs.replace([Object.assign(jobWith('a', { [OWNER]: 'me' }), { status: ended })]);
  cluster.deletionFails = true;
  await jobs.delete('a');
  const before = cluster.deleted.length;
  cluster.deletionFails = false;
  jobs.sweep();
  await background.settled();
  jobs.sweep();
  expect(cluster.deleted.length).toBe(before + 1);
});
