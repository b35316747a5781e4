import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PODS } from '../../../src/runner/kubernetes/api/objects.ts';
import { environmentsOf } from '../../../src/runner/kubernetes/environments.ts';
import { EXECUTION } from '../../../src/runner/kubernetes/job/mandatory.ts';
import { ClusterPod } from '../../../src/runner/kubernetes/pods/cluster-pod.ts';
import { Jobs } from '../../../src/runner/kubernetes/pods/jobs.ts';
import { POD_PACE } from '../../../src/runner/kubernetes/pods/pod-source.ts';
import { RetryQueue } from '../../../src/runner/kubernetes/pods/retry-queue.ts';
import { KubernetesRunner } from '../../../src/runner/kubernetes/runner.ts';
import { Session } from '../../../src/runner/kubernetes/session/session.ts';
import { LANGUAGES } from '../../../src/runner/languages/languages.ts';
import { StartError } from '../../../src/runner/pool/condition.ts';
import { Pools } from '../../../src/runner/pool/pools.ts';
import type { StartingSandbox } from '../../../src/runner/pool/sandbox.ts';
import { jobWith, runningPod, ScriptedCluster } from './pods/scripted-cluster.ts';
import { adoptionOf, Observer, REQUEST } from './run/scripted-pod.ts';
import { silentLogger } from './session/listener.ts';

const never = new AbortController().signal;
const PLACE = { kind: 'kubernetes', node: null, warm: true } as const;

let cluster: ScriptedCluster;
let runner: KubernetesRunner;
let observer: Observer;
/** Pods that get ready at once when they are asked for; there are no others. */
let fresh: string[];
beforeEach(async () => {
  vi.useFakeTimers();
  cluster = new ScriptedCluster();
  cluster.pods.replace([runningPod('pod')]);
  cluster.jobs.replace([]);
  observer = new Observer();
  fresh = ['pod'];
  const retryQueue = new RetryQueue(silentLogger);
  const freed = (): void => undefined;
  const jobs = new Jobs({ cluster, retryQueue, owner: 'me', freed, logger: silentLogger });
  runner = new KubernetesRunner({
    cluster,
    jobs,
    retryQueue,
    languages: LANGUAGES,
    environments: environmentsOf(LANGUAGES, {
      python: 'python:3',
      javascript: 'node:24',
      typescript: 'node:24',
    }),
    pools: new Pools({
      noun: 'pod',
      pace: POD_PACE,
      sizes: new Map([
        ['python', 1],
        ['javascript', 0],
      ]),
      warm: REQUEST.limits,
      start: () => () => startFresh(jobs),
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

function startFresh(jobs: Jobs): StartingSandbox<ClusterPod> {
  const name = fresh.shift();
  const ready =
    name === undefined ? Promise.reject(new StartError({ type: 'scheduling', message: 'No.' })) : make(name);
  ready.catch(() => undefined);
  return { ready, condition: null, cancel: () => undefined };

  async function make(name: string): Promise<ClusterPod> {
    const session = new Session({
      attach: (handlers, signal) => cluster.attach(name, handlers, signal),
      after: 0,
      logger: silentLogger,
    });
    await session.open(never);
    return new ClusterPod({
      cluster,
      launcher: 'python',
      job: `job of ${name}`,
      pod: PODS.decode(runningPod(name)),
      session,
      removeJob: (name) => jobs.delete(name),
    });
  }
}

/** The pod's launcher exits; its log shows that it was given nothing, or did not come to start it. */
function endUnstarted(name: string): void {
  const { launcher, pods, jobs } = cluster;
  launcher.writeLog({ type: 'ready', nonce: '-' });
  launcher.stream.close();
  jobs.put(jobWith(`job of ${name}`));
  const { metadata } = runningPod(name);
  const containerStatuses = [{ state: { terminated: { exitCode: 3 } } }];
  const status = { phase: 'Failed', containerStatuses };
  pods.put(Object.assign({ metadata: { ...metadata, resourceVersion: '2' } }, { status }));
}

test('a pod that may be written down is left to the owner of the execution', async () => {
  observer.onPlaced = async () => false;
  await expect(runner.run(REQUEST, observer, never)).resolves.toEqual({ kind: 'detached' });
  expect([cluster.deleted, cluster.launcher.commands]).toEqual([[], []]);
  expect(cluster.launcher.streams.filter(({ isOpen }) => isOpen)).toEqual([]);
});

test('a pod that no record names is given back', async () => {
  const stop = new AbortController();
  const running = runner.run(REQUEST, observer, stop.signal);
  stop.abort('INTERRUPTED');
  await expect(running).resolves.toMatchObject({ kind: 'notStarted' });
  expect(observer.told).toEqual([]);
  expect([cluster.deleted, cluster.launcher.commands]).toEqual([['job of pod'], ['bye']]);
});

test('a pod that the record names is left to a successor, with its label, though it got no program', async () => {
  const stop = new AbortController();
  observer.onPlaced = async () => stop.abort('INTERRUPTED');
  await expect(runner.run(REQUEST, observer, stop.signal)).resolves.toEqual({ kind: 'detached' });
  await runner[Symbol.asyncDispose]();
  expect([cluster.deleted, cluster.launcher.commands]).toEqual([[], []]);
  expect(cluster.labelled).toEqual(['job of pod']);
});

test('a pod that ended before the start is there until the next one is written down', async () => {
  cluster.pods.put(runningPod('next'));
  fresh.push('next');
  const stop = new AbortController();
  const running = runner.run(REQUEST, observer, stop.signal);
  await vi.advanceTimersByTimeAsync(0);
  const stored = Promise.withResolvers<void>();
  observer.onPlaced = () => stored.promise;
  endUnstarted('pod');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(observer.places.map(({ pod }) => pod)).toEqual(['pod', 'next']);
  expect(cluster.deleted).toEqual([]);
  stored.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(cluster.deleted).toEqual(['job of pod']);
  stop.abort('INTERRUPTED');
  await expect(running).resolves.toEqual({ kind: 'detached' });
  expect(cluster.deleted).toEqual(['job of pod']);
});

test('the last pod is left to who stores that the program goes back to the queue, and given up by its name', async () => {
  const running = runner.run(REQUEST, observer, never);
  await vi.advanceTimersByTimeAsync(0);
  endUnstarted('pod');
  cluster.problem = 'The cluster is away.';
  const requeued = expect(running).resolves.toMatchObject({ kind: 'notStarted' });
  await vi.advanceTimersByTimeAsync(10_000);
  await requeued;
  expect(cluster.deleted).toEqual([]);
  // By now another process has a pod for it.
  cluster.jobs.put(jobWith('other', { [EXECUTION]: REQUEST.id }));
  for (const place of observer.places) runner.release(place);
  expect(cluster.deleted).toEqual(['job of pod']);
});

test('a program that ends every pod before it starts does not go round the queue', async () => {
  for (const name of ['second', 'third', 'fourth']) {
    cluster.pods.put(runningPod(name));
    fresh.push(name);
  }
  const running = runner.run(REQUEST, observer, never);
  for (const name of ['pod', 'second', 'third']) {
    await vi.advanceTimersByTimeAsync(10_000);
    endUnstarted(name);
  }
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await running).toMatchObject({
    kind: 'ended',
    end: { reason: 'INTERRUPTED', message: expect.stringContaining('exit code 3'), usage: null },
  });
  expect(observer.places.map(({ pod }) => pod)).toEqual(['pod', 'second', 'third']);
  expect(cluster.deleted).toEqual(['job of pod', 'job of second']);
});

test('the Job of an execution that ended before it was bound is removed with it', async () => {
  const code = 'x'.repeat(17 * 1024 * 1024);
  const outcome = await runner.run({ ...REQUEST, code }, observer, never);
  expect(outcome).toMatchObject({ kind: 'ended', end: { reason: 'INTERRUPTED' } });
  expect(observer.places).toEqual([]);
  await runner.remove({ id: REQUEST.id, runner: null });
  expect([cluster.deleted, cluster.launcher.commands]).toEqual([['job of pod'], ['bye']]);
});

test('a warm pod that dies is released', async () => {
  expect(runner.warm()).toContainEqual(expect.objectContaining({ launcher: 'python', ready: 1 }));
  cluster.launcher.attachable = false;
  cluster.pods.remove(runningPod('pod'));
  await vi.advanceTimersByTimeAsync(0);
  expect(cluster.deleted).toEqual(['job of pod']);
  expect(cluster.launcher.streams.filter(({ isOpen }) => isOpen)).toEqual([]);
  const { attempts } = cluster.launcher;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(cluster.launcher.attempts).toBe(attempts);
});

test('an adoption that finds a program not started leaves its pod until that is stored', async () => {
  const { execution } = adoptionOf({ startedAt: null });
  const where = { ...PLACE, job: 'j', pod: 'pod', podUid: 'uid-pod' };
  const adoption = {
    ...adoptionOf({ payload: REQUEST.payload }),
    execution: { ...execution, runner: where },
  };
  endUnstarted('pod');
  const requeued = expect(runner.adopt(adoption, observer, never)).resolves.toMatchObject({
    kind: 'notStarted',
  });
  await vi.advanceTimersByTimeAsync(10_000);
  await requeued;
  expect(cluster.deleted).not.toContain('j');
});

test('an adoption goes on with a pod that the watch has not reported yet', async () => {
  cluster.pods.replace([]);
  cluster.there = PODS.decode(runningPod('other'));
  const { execution, ...adoption } = adoptionOf();
  const where = { ...PLACE, job: 'j', pod: 'other', podUid: 'uid-other' };
  Object.assign(cluster.launcher, { state: 'running', id: REQUEST.id });
  const stop = new AbortController();
  const adopted = runner.adopt(
    { ...adoption, execution: { ...execution, runner: where } },
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
  await expect(adopted).resolves.toEqual({ kind: 'detached' });
});
