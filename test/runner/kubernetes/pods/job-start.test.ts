import type { V1Job } from '@kubernetes/client-node';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError, type ApiFailure } from '../../../../src/runner/kubernetes/api/error.ts';
import { LauncherMaps } from '../../../../src/runner/kubernetes/launchers/launcher.ts';
import { StartLatency } from '../../../../src/runner/kubernetes/pods/early-attach.ts';
import { JobStart } from '../../../../src/runner/kubernetes/pods/job-start.ts';
import { silentLogger } from '../session/listener.ts';
import { jobWith, runningPod, ScriptedCluster } from './scripted-cluster.ts';

/** A cluster whose Jobs are created, and get no pod but what a test gives them. */
class SlowCluster extends ScriptedCluster {
  creationFails: Error | null = null;
  #version = 1;

  override async createJob(job: V1Job): Promise<V1Job> {
    if (this.creationFails !== null) throw this.creationFails;
    return { ...job, metadata: { ...job.metadata, uid: 'uid-job-1' } };
  }

  /** The Job's pod, on a node. */
  givePod(status: object): void {
    const pod = runningPod('pod-1');
    Object.assign(pod.metadata, {
      ownerReferences: [{ uid: 'uid-job-1' }],
      resourceVersion: String(this.#version++),
    });
    this.pods.put(Object.assign(pod, { status, spec: { nodeName: 'node-1', containers: [{ image: 'i' }] } }));
  }
}

const WAITING = {
  phase: 'Pending',
  containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
};
const RUNNING = { phase: 'Running', containerStatuses: [{ state: { running: {} } }] };
const NO_IMAGE = {
  phase: 'Pending',
  containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } } }],
};

let cluster: SlowCluster;
let conditions: (string | undefined)[];
beforeEach(() => {
  vi.useFakeTimers();
  cluster = new SlowCluster();
  conditions = [];
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function apiError(failure: ApiFailure): ApiError {
  const operation = { verb: 'create', resource: 'jobs', namespace: 'n' };
  return new ApiError('It cannot be created.', { failure, code: 0, reason: 'x', operation });
}

async function begin(): Promise<JobStart> {
  const start: JobStart = new JobStart(
    {
      cluster,
      launcher: 'python',
      launcherMaps: new LauncherMaps(cluster),
      manifest: { metadata: { name: 'job-1' } },
      removeJob: (name) => cluster.deleteJob(name),
      onReady: () => undefined,
      startLatency: new StartLatency(),
      maxStartMs: 90_000,
      logger: silentLogger,
    },
    () => conditions.push(start.condition?.type),
  );
  await vi.advanceTimersByTimeAsync(0);
  return start;
}

test('is ready once its launcher has responded, and keeps its Job', async () => {
  const start = await begin();
  cluster.jobs.put(jobWith('job-1'));
  cluster.givePod(WAITING);
  await vi.advanceTimersByTimeAsync(1);
  cluster.givePod(RUNNING);
  await vi.advanceTimersByTimeAsync(1);
  using pod = await start.ready;
  expect(pod.canServe).toBe(true);
  expect(cluster.deleted).toEqual([]);
});

test('reports what it waits for when that changes', async () => {
  cluster.launcher.attachable = false;
  const start = await begin();
  cluster.givePod(WAITING);
  await vi.advanceTimersByTimeAsync(2000);
  cluster.givePod(NO_IMAGE);
  await vi.advanceTimersByTimeAsync(2000);
  expect(conditions).toEqual(['starting', 'starting', 'image']);
  start.cancel();
  await expect(start.ready).rejects.toThrow('cancelled');
});

test('deletes its Job when it is cancelled, also while nothing happens', async () => {
  const start = await begin();
  start.cancel();
  await expect(start.ready).rejects.toThrow('Its start was cancelled before the pod was ready.');
  expect(cluster.deleted).toEqual(['job-1']);
});

test('fails when its launcher does not respond, and closes the stream to it', async () => {
  cluster.launcher.responds = false;
  const start = await begin();
  cluster.givePod(RUNNING);
  await vi.advanceTimersByTimeAsync(61_000);
  await expect(start.ready).rejects.toThrow('was not ready 60 s after');
  expect(cluster.launcher.streams.some(({ isOpen }) => isOpen)).toBe(false);
  expect(cluster.deleted).toEqual(['job-1']);
});

test('deletes a Job that may have been created, and none that was refused', async () => {
  cluster.creationFails = apiError('unreachable');
  await expect((await begin()).ready).rejects.toMatchObject({ condition: { type: 'cluster' } });
  expect(cluster.deleted).toEqual(['job-1']);
  cluster.creationFails = apiError('invalid');
  await expect((await begin()).ready).rejects.toMatchObject({ condition: { type: 'refused' } });
  expect(cluster.deleted).toEqual(['job-1']);
});
