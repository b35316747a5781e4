import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RunnerNotReadyError } from '../../../../src/executions/errors.ts';
import { Pool } from '../../../../src/runner/kubernetes/pool/pool.ts';
import { LONGEST_IDLE_MS, RENEW_MS } from '../../../../src/runner/kubernetes/pool/shelf.ts';
import type { GivenUp } from '../../../../src/runner/kubernetes/pool/waiter.ts';
import { silentLogger } from '../../embedded/limits.ts';
import { type ScriptedPod, ScriptedStarts } from './scripted-pods.ts';

const never = new AbortController().signal;
const limits = { pullLimitMs: 120_000, scheduleLimitMs: 600_000 };

describe('pool', () => {
  let pool: Pool<ScriptedPod>;
  let starts: ScriptedStarts;
  let problem: string | null;
  let mayRefill: boolean;

  beforeEach(() => {
    vi.useFakeTimers();
    starts = new ScriptedStarts();
    problem = null;
    mayRefill = true;
  });
  afterEach(() => {
    pool[Symbol.dispose]();
    vi.useRealTimers();
  });

  function open(size: number): Pool<ScriptedPod> {
    pool = new Pool({
      name: 'test',
      size,
      start: starts.start,
      limits,
      problem: () => problem,
      mayRefill: () => mayRefill,
      looked: () => undefined,
      logger: silentLogger,
    });
    pool.look();
    return pool;
  }

  /** What came of a wait so far, and what it was told. */
  function wait(stop = never) {
    const told: string[] = [];
    const outcome: { of: ScriptedPod | GivenUp | Error | null } = { of: null };
    const done = pool
      .wait((message) => told.push(message), stop)
      .then(
        (pod) => {
          outcome.of = pod;
        },
        (error: unknown) => {
          outcome.of = error instanceof Error ? error : new Error(String(error));
        },
      );
    return { told, outcome, done };
  }

  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  test('keeps as many ready as wanted, and replaces what is taken', async () => {
    open(3);
    await starts.settle();
    expect(pool.readyCount).toBe(3);
    const taken = pool.take();
    expect(taken).toBe(starts.all[0]?.pod);
    expect(starts.all).toHaveLength(3);
    await pass(100);
    await starts.settle();
    expect([pool.readyCount, starts.all.length]).toEqual([3, 4]);
    expect([pool.take(), pool.take(), pool.take()]).not.toContain(taken);
  });

  test('makes a few at a time', async () => {
    open(20);
    expect(starts.open).toHaveLength(4);
    starts.open[0]?.becomeReady();
    await pass(0);
    expect(starts.open).toHaveLength(4);
  });

  test('starts nothing of its own with size 0, and one for each that waits', async () => {
    open(0);
    await pass(5000);
    expect([pool.take(), starts.all.length]).toEqual([null, 0]);
    const [first, second] = [wait(), wait()];
    expect(starts.open).toHaveLength(2);
    await starts.settle();
    await Promise.all([first.done, second.done]);
    expect([first.outcome.of, second.outcome.of]).toEqual(starts.all.map(({ pod }) => pod));
    await pass(5000);
    expect(starts.all).toHaveLength(2);
    expect(pool.isIdle).toBe(true);
  });

  test('gives the next that gets ready in the order of asking, whichever it is', async () => {
    open(0);
    const [first, second] = [wait(), wait()];
    starts.all[1]?.becomeReady();
    await first.done;
    expect(first.outcome.of).toBe(starts.all[1]?.pod);
    expect(second.outcome.of).toBeNull();
    expect(pool.take()).toBeNull();
    starts.all[0]?.becomeReady();
    await second.done;
  });

  test('replaces one that dies while it waits, and one that cannot serve is not given', async () => {
    open(2);
    await starts.settle();
    const [first, second] = starts.all;
    if (first) first.pod.canServe = false;
    expect(pool.take()).toBe(second?.pod);
    expect(pool.take()).toBeNull();
    first?.pod.die();
    await pass(100);
    expect(starts.open).toHaveLength(2);
    expect([first?.pod.discarded, second?.pod.discarded]).toEqual([true, false]);
  });

  test('replaces what has been ready for long, and keeps it until then', async () => {
    open(1);
    await starts.settle();
    const [old] = starts.all;
    await pass(RENEW_MS + 11_000);
    expect([starts.all.length, old?.pod.discarded]).toEqual([2, false]);
    await starts.settle();
    await pass(4000);
    expect([old?.pod.discarded, pool.readyCount]).toEqual([true, 1]);
    expect(starts.all[1]?.pod.discarded).toBe(false);
  });

  test('drops what has been ready for too long though nothing replaces it', async () => {
    open(1);
    await starts.settle();
    await pass(LONGEST_IDLE_MS + 11_000);
    expect(starts.all[0]?.pod.discarded).toBe(true);
    expect(pool.readyCount).toBe(0);
  });

  describe('what stands in the way', () => {
    test('is told to who waits, each what its own start waits for', async () => {
      open(0);
      const [first, second] = [wait(), wait()];
      expect(first.told).toEqual(['Waiting for a test pod to get ready.']);
      starts.all[0]?.hinder('scheduling', '0/1 nodes are available.');
      expect(first.told).toHaveLength(1);
      expect(second.told.at(-1)).toBe('0/1 nodes are available.');
      starts.all[1]?.becomeReady();
      await first.done;
      expect(first.outcome.of).toBe(starts.all[1]?.pod);
    });

    test('an image that stays away ends the wait, also when starts fail in between', async () => {
      open(0);
      const waiting = wait();
      starts.all[0]?.hinder('image', 'image x cannot be pulled');
      await pass(60_000);
      starts.all[0]?.fail('image', 'image x cannot be pulled');
      await pass(5000);
      expect(starts.all.length).toBe(2);
      starts.all[1]?.hinder('starting', 'It is starting.');
      expect(waiting.told.at(-1)).toBe('image x cannot be pulled');
      expect(waiting.outcome.of).toBeNull();
      await pass(60_000);
      await waiting.done;
      expect(waiting.outcome.of).toMatchObject({
        end: {
          reason: 'IMAGE_UNAVAILABLE',
          message: 'No pod got ready within 120 s: image x cannot be pulled',
        },
      });
      await pass(3000);
      expect(starts.open).toEqual([]);
    });

    test('no room ends the wait after its limit, not before', async () => {
      open(0);
      const waiting = wait();
      starts.all[0]?.hinder('scheduling');
      await pass(limits.scheduleLimitMs - 2000);
      expect(waiting.outcome.of).toBeNull();
      await pass(4000);
      expect(waiting.outcome.of).toMatchObject({ end: { reason: 'UNSCHEDULABLE' } });
    });

    test('time without a hindrance does not count', async () => {
      open(0);
      const waiting = wait();
      await pass(limits.scheduleLimitMs * 2);
      starts.all[0]?.hinder('scheduling');
      await pass(5000);
      expect(waiting.outcome.of).toBeNull();
    });

    test('failed starts are repeated with growing pauses, one at a time until one works', async () => {
      open(4);
      for (const start of starts.open) start.fail('refused', 'exceeded quota');
      await pass(0);
      expect(starts.open).toEqual([]);
      expect(pool.problem).toBe('No test pod gets ready: exceeded quota');
      const times: number[] = [];
      for (let tries = 0; tries < 6; tries++) {
        const began = performance.now();
        while (starts.open.length === 0) await pass(100);
        times.push(performance.now() - began);
        expect(starts.open).toHaveLength(1);
        starts.open[0]?.fail('refused', 'exceeded quota');
        await pass(0);
      }
      expect(times[0]).toBeLessThan(1500);
      // The sixth pause: half to the whole of 32 s.
      expect(times[5]).toBeGreaterThanOrEqual(16_000);
      while (starts.open.length === 0) await pass(1000);
      starts.open[0]?.becomeReady();
      await pass(0);
      expect(pool.problem).toBeNull();
      expect(starts.open).toHaveLength(2);
      await starts.settle();
      expect(pool.readyCount).toBe(4);
    });

    test('a wait for quota is tried again every few seconds, and at once when something was freed', async () => {
      open(0);
      const waiting = wait();
      for (let tries = 0; tries < 5; tries++) {
        starts.open[0]?.fail('refused', 'exceeded quota');
        await pass(6500);
        expect(starts.open).toHaveLength(1);
      }
      starts.open[0]?.fail('refused', 'exceeded quota');
      await pass(0);
      pool.hurry();
      await pass(1000);
      starts.open[0]?.becomeReady();
      await waiting.done;
      expect(waiting.outcome.of).toBe(starts.all.at(-1)?.pod);
    });

    test('a cluster that cannot be used sends away who waits, and who comes while that is known', async () => {
      open(0);
      const first = wait();
      starts.open[0]?.fail('cluster', 'jobs is forbidden');
      await first.done;
      expect(first.outcome.of).toBeInstanceOf(RunnerNotReadyError);
      expect(first.outcome.of).toMatchObject({ message: 'jobs is forbidden' });
      const second = wait();
      await second.done;
      expect([starts.all.length, second.outcome.of]).toEqual([1, expect.any(RunnerNotReadyError)]);
      await pass(1500);
      const third = wait();
      await starts.settle();
      await third.done;
      expect(third.outcome.of).toBe(starts.all[1]?.pod);
      expect(pool.problem).toBeNull();
    });

    test('so does one that is known to be away; what is being made is kept', async () => {
      open(0);
      const waiting = wait();
      problem = 'The API does not answer.';
      await pass(1500);
      expect(waiting.outcome.of).toMatchObject({ message: problem });
      await pass(10_000);
      expect(starts.all[0]?.abandoned).toBe(false);
      problem = null;
      const again = wait();
      await starts.settle();
      await again.done;
      expect([again.outcome.of, starts.all.length]).toEqual([starts.all[0]?.pod, 1]);
    });

    test('a problem of size 0 is forgotten with the last who waited', async () => {
      open(0);
      const stop = new AbortController();
      const waiting = wait(stop.signal);
      starts.open[0]?.fail('failed', 'It ended.');
      await pass(0);
      expect(pool.problem).toContain('It ended.');
      stop.abort();
      await waiting.done;
      await pass(15_000);
      expect(pool.problem).toBeNull();
    });
  });

  describe('giving up', () => {
    test('a wait that is stopped leaves at once, and its start a moment later', async () => {
      open(0);
      const stop = new AbortController();
      const waiting = wait(stop.signal);
      stop.abort();
      await waiting.done;
      expect(waiting.outcome.of).toBeInstanceOf(RunnerNotReadyError);
      expect(starts.all[0]?.abandoned).toBe(false);
      await pass(4000);
      expect(starts.all[0]?.abandoned).toBe(true);
    });

    test('a start that nobody waits for any more goes to the pool where that lacks one', async () => {
      open(1);
      await starts.settle();
      pool.take();
      const stop = new AbortController();
      const waiting = wait(stop.signal);
      await pass(100);
      expect(starts.open).toHaveLength(2);
      stop.abort();
      await waiting.done;
      await pass(4000);
      expect(starts.open).toHaveLength(1);
    });

    test('gives way with what is ready, and refills only when it may', async () => {
      open(2);
      await starts.settle();
      mayRefill = false;
      expect([pool.giveWay(), pool.giveWay(), pool.giveWay()]).toEqual([true, true, false]);
      expect(starts.all.every(({ pod }) => pod.discarded)).toBe(true);
      await pass(20_000);
      expect(starts.all).toHaveLength(2);
      mayRefill = true;
      await pass(11_000);
      expect(starts.open).toHaveLength(2);
    });

    test('what is being made for the pool is given up while somebody else waits for room', () => {
      open(2);
      mayRefill = false;
      pool.look();
      expect(starts.open).toEqual([]);
    });

    test('at the close everything goes, and nothing is given after', async () => {
      open(2);
      await starts.settle();
      pool.take();
      await pass(100);
      const waiting = [wait(), wait()];
      await pass(0);
      pool[Symbol.dispose]();
      await Promise.all(waiting.map(({ done }) => done));
      expect(starts.open).toEqual([]);
      expect(waiting[1]?.outcome.of).toMatchObject({ message: 'The runner is closing.' });
      expect(pool.take()).toBeNull();
      await expect(pool.wait(() => undefined, never)).rejects.toBeInstanceOf(RunnerNotReadyError);
    });
  });
});
