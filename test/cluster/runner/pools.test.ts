import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Runner } from '../../../src/executions/runner.ts';
import { LAUNCHER_MEMORY_MB } from '../../../src/runner/kubernetes/launchers/launcher.ts';
import type { KubernetesRunnerOptions } from '../../../src/runner/kubernetes/open.ts';
import { ObservedRun } from '../../contract/runner/run.ts';
import { TestNamespace } from '../support/namespace.ts';
import { IMAGES, LIMITS, openRunner, removingAfterwards, warmedUp } from '../support/runner.ts';
import { until } from '../support/until.ts';

const HELLO = 'print("hello")';
const WAITS = 'import time\nprint("started", flush=True)\ntime.sleep(600)';

describe('pods of the Kubernetes runner', () => {
  let namespace: TestNamespace;
  let runner: Runner;
  beforeAll(async () => {
    namespace = await TestNamespace.create('pools');
  });
  afterAll(() => namespace[Symbol.asyncDispose]());
  afterEach(async () => {
    await runner[Symbol.asyncDispose]();
    await namespace.clear();
  });

  async function open(options: Partial<KubernetesRunnerOptions>): Promise<Runner> {
    runner = removingAfterwards(await openRunner(namespace, options));
    return runner;
  }

  const warmOf = (launcher: string) => runner.warm().find((one) => one.launcher === launcher)?.ready;
  const jobNames = async () => (await namespace.jobs()).map(({ metadata }) => metadata?.name);

  test('with none kept ready each program gets one of its own', async () => {
    await open({ warm: { python: 0 } });
    expect(await namespace.jobs()).toEqual([]);
    const runs = [1, 2].map(() => new ObservedRun(runner, 'python', HELLO));
    for (const run of runs) {
      await run.endsBy('EXITED');
      expect(run.text()).toBe('hello\n');
      expect(run.starts[0]?.runner.warm).toBe(false);
      expect(run.waits[0]).toMatch(/^Waiting for a python pod/);
    }
    expect(new Set(runs.map(({ places }) => places[0]?.podUid)).size).toBe(2);
    await until(jobNames, (names) => names.length === 0);
  });

  test('a warm one is used once, and another takes its place', async () => {
    await open({ warm: { python: 1 } });
    await warmedUp(runner);
    const [before] = await jobNames();
    const run = new ObservedRun(runner, 'python', HELLO);
    await run.endsBy('EXITED');
    expect(run.starts[0]?.runner).toMatchObject({ job: before, warm: true });
    await warmedUp(runner);
    await until(jobNames, (names) => names.length === 1 && names[0] !== before);
  });

  test('the Job of a program that takes its time says which it serves', async () => {
    await open({ warm: { python: 1 } });
    await warmedUp(runner);
    const run = new ObservedRun(runner, 'python', WAITS);
    await run.printed('started');
    await until(
      () => runner.listAllocations(),
      (ids) => ids.length === 1,
    );
    run.stop('CANCELLED');
    await run.endsBy('CANCELLED');
    await until(
      () => runner.listAllocations(),
      (ids) => ids.length === 0,
    );
  });

  test('one that is killed while it waits is replaced', async () => {
    await open({ warm: { python: 1 } });
    await warmedUp(runner);
    const [pod] = await namespace.pods();
    const name = pod?.metadata?.name ?? '';
    await namespace.core.deleteNamespacedPod({ name, namespace: namespace.name, gracePeriodSeconds: 0 });
    await until(
      async () => (await namespace.pods()).map(({ metadata }) => metadata?.uid),
      (uids) => uids.length === 1 && uids[0] !== pod?.metadata?.uid,
    );
    await warmedUp(runner);
    await new ObservedRun(runner, 'python', HELLO).endsBy('EXITED');
  });

  test('more memory than the warm ones have takes one of its own, with that', async () => {
    await open({ warm: { python: 1 } });
    await warmedUp(runner);
    const run = new ObservedRun(runner, 'python', WAITS, { limits: { memoryMb: LIMITS.memoryMb + 64 } });
    await run.printed('started');
    expect(run.starts[0]?.runner.warm).toBe(false);
    const pods = await namespace.pods();
    const limits = pods.map(({ spec }) => spec?.containers[0]?.resources?.limits?.['memory']);
    const launcher = LAUNCHER_MEMORY_MB.python;
    const [warm, own] = [LIMITS.memoryMb, LIMITS.memoryMb + 64].map((memoryMb) => `${memoryMb + launcher}Mi`);
    expect(limits.toSorted()).toEqual([warm, own].toSorted());
    run.stop('CANCELLED');
    await run.endsBy('CANCELLED');
  });

  test('an image that is not there is said, ends the wait after its limit, and floods nobody', async () => {
    await open({
      warm: { python: 1 },
      images: { ...IMAGES, python: 'podline.test/nothing:1' },
      pullLimitMs: 6000,
    });
    const run = new ObservedRun(runner, 'python', HELLO);
    const end = await run.endsBy('IMAGE_UNAVAILABLE');
    expect(end.message).toContain('podline.test/nothing:1');
    expect(run.waits.join()).toContain('podline.test/nothing:1');
    expect(await runner.check()).toEqual({
      healthy: false,
      message: expect.stringContaining('podline.test/nothing:1'),
    });
    expect((await namespace.jobs()).length).toBeLessThanOrEqual(2);
  });

  test('an image without the interpreter is said the same way', async () => {
    await open({ warm: {}, images: { ...IMAGES, javascript: IMAGES.python }, pullLimitMs: 5000 });
    const run = new ObservedRun(runner, 'javascript', '');
    expect((await run.endsBy('IMAGE_UNAVAILABLE')).message).toMatch(/has no node/);
  });

  test('no quota: it waits with the reason, warm ones of another language give way, and it ends well', async () => {
    await open({ warm: { python: 0, javascript: 1 } });
    await warmedUp(runner);
    await namespace.limitPods(1);
    try {
      const run = new ObservedRun(runner, 'python', HELLO);
      await run.endsBy('EXITED');
      expect(run.waits.join()).toContain('quota');
    } finally {
      await namespace.limitPods(null);
    }
    await warmedUp(runner);
  });

  test('no quota for longer than the limit ends it', async () => {
    await open({ warm: {}, scheduleLimitMs: 5000 });
    await namespace.limitPods(0);
    try {
      const run = new ObservedRun(runner, 'python', HELLO);
      expect((await run.endsBy('UNSCHEDULABLE')).message).toContain('quota');
    } finally {
      await namespace.limitPods(null);
    }
  });

  test('no node with so much: it waits for room, and a cancel ends that', async () => {
    await open({
      warm: {},
      maximumLimits: { ...LIMITS, memoryMb: 10_000_000, outputBytes: 100_000_000 },
    });
    const run = new ObservedRun(runner, 'python', HELLO, { limits: { memoryMb: 9_000_000 } });
    await until(
      () => run.waits.join(),
      (waits) => /memory/.test(waits),
    );
    run.stop('CANCELLED');
    await run.endsBy('CANCELLED');
    await until(jobNames, (names) => names.length === 0);
  });

  test('a stop leaves nothing warm behind', async () => {
    await open({ warm: { python: 2, javascript: 1 } });
    await until(
      () => warmOf('python'),
      (ready) => (ready ?? 0) >= 1,
    );
    await runner[Symbol.asyncDispose]();
    expect(await jobNames()).toEqual([]);
  });
});
