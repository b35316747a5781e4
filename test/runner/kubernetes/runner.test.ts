import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RunnerDetachedError, RunnerNotReadyError } from '../../../src/executions/errors.ts';
import { PODS } from '../../../src/runner/kubernetes/api/objects.ts';
import { Conversation } from '../../../src/runner/kubernetes/conversation/conversation.ts';
import { Background } from '../../../src/runner/kubernetes/pods/background.ts';
import { ClusterPod } from '../../../src/runner/kubernetes/pods/cluster-pod.ts';
import { Jobs } from '../../../src/runner/kubernetes/pods/jobs.ts';
import { StartError } from '../../../src/runner/kubernetes/pool/hindrance.ts';
import { Pools } from '../../../src/runner/kubernetes/pool/pools.ts';
import { KubernetesRunner } from '../../../src/runner/kubernetes/runner.ts';
import { silentLogger } from './conversation/listener.ts';
import { runningPod, ScriptedCluster } from './pods/scripted-cluster.ts';
import { Observer, REQUEST, takenOver } from './run/scripted-pod.ts';

const never = new AbortController().signal;

let cluster: ScriptedCluster;
let runner: KubernetesRunner;
let observer: Observer;
beforeEach(async () => {
  vi.useFakeTimers();
  cluster = new ScriptedCluster();
  cluster.pods.replace([runningPod('pod')]);
  cluster.jobs.replace([]);
  observer = new Observer();
  const background = new Background(silentLogger);
  const freed = (): void => undefined;
  const jobs = new Jobs({ cluster, background, owner: 'me', freed, logger: silentLogger });
  runner = new KubernetesRunner({
    cluster,
    jobs,
    background,
    pools: new Pools({
      sizes: { python: 1, javascript: 0 },
      warm: REQUEST.limits,
      start: () => oneReady(jobs),
      limits: { pullLimitMs: 1000, scheduleLimitMs: 1000 },
      problem: () => cluster.problem,
      logger: silentLogger,
    }),
    startsSettled: async () => undefined,
    runtimes: () => [],
    logger: silentLogger,
  });
  await vi.advanceTimersByTimeAsync(0);
});
afterEach(async () => {
  await runner[Symbol.asyncDispose]();
  await vi.advanceTimersByTimeAsync(0);
  expect(cluster.launcher.streams.filter(({ isOpen }) => isOpen)).toEqual([]);
  vi.useRealTimers();
});

/** One pod that is ready at once; no other is ever made. */
function oneReady(jobs: Jobs) {
  let isMade = false;
  return () => {
    const ready = isMade ? Promise.reject(new StartError({ cause: 'scheduling', message: 'No.' })) : make();
    isMade = true;
    ready.catch(() => undefined);
    return { ready, hindrance: null, abandon: () => undefined };
  };
  async function make(): Promise<ClusterPod> {
    const conversation = new Conversation({
      attach: (handlers, signal) => cluster.attach('pod', handlers, signal),
      after: 0,
      logger: silentLogger,
    });
    await conversation.open(never);
    return new ClusterPod({
      cluster,
      launcher: 'python',
      job: 'job',
      pod: PODS.decode(runningPod('pod')),
      conversation,
      removeJob: (name) => jobs.delete(name),
    });
  }
}

test('a pod that may be written down is left to whoever drives the execution now', async () => {
  observer.onPlaced = () => Promise.reject(new RunnerDetachedError('Taken over.'));
  await expect(runner.run(REQUEST, observer, never)).rejects.toThrow(RunnerDetachedError);
  expect([cluster.deleted, cluster.launcher.orders]).toEqual([[], []]);
  expect(cluster.launcher.streams.filter(({ isOpen }) => isOpen)).toEqual([]);
});

test('a pod that certainly served nobody is given back', async () => {
  const stop = new AbortController();
  observer.onPlaced = async () => stop.abort('INTERRUPTED');
  await expect(runner.run(REQUEST, observer, stop.signal)).rejects.toThrow(RunnerNotReadyError);
  expect([cluster.deleted, cluster.launcher.orders]).toEqual([['job'], ['bye']]);
});

test('the Job of an execution that ended before it was placed is removed with it', async () => {
  const code = 'x'.repeat(17 * 1024 * 1024);
  const end = await runner.run({ ...REQUEST, code }, observer, never);
  expect(end).toMatchObject({ reason: 'INTERRUPTED' });
  expect(observer.places).toEqual([]);
  await runner.remove({ id: REQUEST.id, runner: null });
  expect([cluster.deleted, cluster.launcher.orders]).toEqual([['job'], ['bye']]);
});

test('a warm pod that dies is let go of', async () => {
  expect(runner.warm()).toContainEqual(expect.objectContaining({ launcher: 'python', ready: 1 }));
  cluster.launcher.attachable = false;
  cluster.pods.remove(runningPod('pod'));
  await vi.advanceTimersByTimeAsync(0);
  expect(cluster.deleted).toEqual(['job']);
  expect(cluster.launcher.streams.filter(({ isOpen }) => isOpen)).toEqual([]);
  const { attempts } = cluster.launcher;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(cluster.launcher.attempts).toBe(attempts);
});

test('a takeover goes on with a pod that the watch has not told of yet', async () => {
  cluster.pods.replace([]);
  cluster.there = PODS.decode(runningPod('other'));
  const { execution, ...taken } = takenOver();
  const where = { kind: 'kubernetes', job: 'j', pod: 'other', podUid: 'uid-other', node: null, warm: true };
  Object.assign(cluster.launcher, { state: 'running', id: REQUEST.id });
  const stop = new AbortController();
  const adopted = runner.adopt(
    { ...taken, execution: { ...execution, runner: where } },
    observer,
    stop.signal,
  );
  const settled: unknown[] = [];
  adopted.then(
    (end) => settled.push(end),
    (error: unknown) => settled.push(error),
  );
  await vi.advanceTimersByTimeAsync(10_000);
  expect(settled).toEqual([]);
  stop.abort('INTERRUPTED');
  await expect(adopted).rejects.toThrow(RunnerDetachedError);
});
