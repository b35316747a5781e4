import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { POD_PACE } from '../../../src/runner/kubernetes/pods/pod-source.ts';
import { SANDBOX_PACE } from '../../../src/runner/local/starting.ts';
import { Pool } from '../../../src/runner/pool/pool.ts';
import type { Pace } from '../../../src/runner/pool/pool-options.ts';
import type { SandboxOutcome } from '../../../src/runner/run/endings/outcome.ts';
import { silentLogger } from '../embedded/limits.ts';
import { type ScriptedSandbox, ScriptedStarts } from './scripted-sandboxes.ts';

const never = new AbortController().signal;
const limits = { pullLimitMs: 120_000, scheduleLimitMs: 600_000 };

describe('pool', () => {
  let pool: Pool<ScriptedSandbox>;
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

  function open(size: number, pace: Pace = POD_PACE): Pool<ScriptedSandbox> {
    pool = new Pool({
      launcher: 'test',
      noun: 'pod',
      pace,
      size,
      start: starts.start,
      limits,
      problem: () => problem,
      mayRefill: () => mayRefill,
      onReconciled: () => undefined,
      logger: silentLogger,
    });
    pool.reconcile();
    return pool;
  }

  /** What came of a wait so far, and what it was told. */
  function wait(stop = never) {
    const told: string[] = [];
    const outcome: { of: ScriptedSandbox | SandboxOutcome | null } = { of: null };
    const done = pool
      .wait((message) => told.push(message), stop)
      .then((waited) => {
        outcome.of = waited.kind === 'ready' ? waited.sandbox : waited;
      });
    return { told, outcome, done };
  }

  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  test('keeps as many ready as wanted, and replaces what is taken', async () => {
    open(3);
    await starts.settle();
    expect(pool.readyCount).toBe(3);
    const taken = pool.take();
    expect(taken).toBe(starts.all[0]?.sandbox);
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
    expect([first.outcome.of, second.outcome.of]).toEqual(starts.all.map(({ sandbox }) => sandbox));
    await pass(5000);
    expect(starts.all).toHaveLength(2);
    expect(pool.isIdle).toBe(true);
  });

  test('gives the next that gets ready in the order of asking, whichever it is', async () => {
    open(0);
    const [first, second] = [wait(), wait()];
    starts.all[1]?.becomeReady();
    await first.done;
    expect(first.outcome.of).toBe(starts.all[1]?.sandbox);
    expect(second.outcome.of).toBeNull();
    expect(pool.take()).toBeNull();
    starts.all[0]?.becomeReady();
    await second.done;
  });

  test('replaces one that dies while it waits, and one that cannot serve is not given', async () => {
    open(2);
    await starts.settle();
    const [first, second] = starts.all;
    if (first) first.sandbox.canServe = false;
    expect(pool.take()).toBe(second?.sandbox);
    expect(pool.take()).toBeNull();
    first?.sandbox.die();
    await pass(100);
    expect(starts.open).toHaveLength(2);
    expect([first?.sandbox.discarded, second?.sandbox.discarded]).toEqual([true, false]);
  });

  test('replaces what has been ready for long, and keeps it until then', async () => {
    open(1);
    await starts.settle();
    const [old] = starts.all;
    await pass(POD_PACE.renewAfterMs + 11_000);
    expect([starts.all.length, old?.sandbox.discarded]).toEqual([2, false]);
    await starts.settle();
    await pass(4000);
    expect([old?.sandbox.discarded, pool.readyCount]).toEqual([true, 1]);
    expect(starts.all[1]?.sandbox.discarded).toBe(false);
  });

  test('drops what has been ready for too long though nothing replaces it', async () => {
    open(1);
    await starts.settle();
    await pass(POD_PACE.maxIdleMs + 11_000);
    expect(starts.all[0]?.sandbox.discarded).toBe(true);
    expect(pool.readyCount).toBe(0);
  });

  describe('at the pace of processes on this machine', () => {
    test('starts the pool anew only after 20 ms of quiet, a few at a time', async () => {
      open(4, SANDBOX_PACE);
      expect(starts.open).toHaveLength(SANDBOX_PACE.maxStarting);
      await starts.settle();
      const made = starts.all.length;
      pool.take();
      await pass(15);
      pool.take();
      await pass(15);
      expect(starts.all).toHaveLength(made);
      await pass(6);
      expect(starts.open).toHaveLength(2);
    });

    test('starts what the pool lacks along with what is waited for', async () => {
      open(1, SANDBOX_PACE);
      await starts.settle();
      pool.take();
      wait();
      expect(starts.open).toHaveLength(2);
    });

    test('has those that can load more do so, one after the other, when nothing takes them', async () => {
      open(2, SANDBOX_PACE);
      for (const { sandbox } of starts.all) sandbox.canPrepare = true;
      await starts.settle();
      const prepared = () => starts.all.map(({ sandbox }) => sandbox.prepared);
      await pass(99);
      expect(prepared()).toEqual([0, 0]);
      await pass(1);
      expect(prepared()).toEqual([1, 0]);
      await pass(100);
      expect(prepared()).toEqual([1, 1]);
      await pass(60_000);
      expect(prepared()).toEqual([1, 1]);
    });

    test('starts no more than there may be, and the rest once there is room', async () => {
      starts.room = 1;
      open(0, SANDBOX_PACE);
      wait();
      const second = wait();
      expect(starts.all).toHaveLength(1);
      await starts.settle();
      starts.room = 2;
      pool.reconcile();
      await starts.settle();
      await second.done;
      expect(second.outcome.of).toBe(starts.all[1]?.sandbox);
      expect(pool.problem).toBeNull();
    });

    test('turns away who waits after three failures in a row', async () => {
      open(0, SANDBOX_PACE);
      const waiting = wait();
      for (let failures = 1; failures <= 3; failures++) {
        expect(waiting.outcome.of).toBeNull();
        starts.open[0]?.fail('failed', 'It is broken.');
        await pass(1000);
      }
      const message = 'No test pod gets ready: It is broken.';
      expect(waiting.outcome.of).toMatchObject({ kind: 'notStarted', message });
    });
  });

  describe('what stands in the way', () => {
    test('is reported to who waits, each what its own start waits for', async () => {
      open(0);
      const [first, second] = [wait(), wait()];
      expect(first.told).toEqual(['Waiting for a test pod to get ready.']);
      starts.all[0]?.wait('scheduling', '0/1 nodes are available.');
      expect(first.told).toHaveLength(1);
      expect(second.told.at(-1)).toBe('0/1 nodes are available.');
      starts.all[1]?.becomeReady();
      await first.done;
      expect(first.outcome.of).toBe(starts.all[1]?.sandbox);
    });

    test('what all start from is reported while it is made, and is no problem', async () => {
      open(0);
      const waiting = wait();
      expect(pool.preparing).toBeNull();
      starts.all[0]?.wait('preparing', 'It is being prepared.');
      expect(waiting.told.at(-1)).toBe('It is being prepared.');
      expect([pool.preparing, pool.problem]).toEqual(['It is being prepared.', null]);
      await pass(3_600_000);
      expect(waiting.outcome.of).toBeNull();
      starts.all[0]?.becomeReady();
      await waiting.done;
      expect(pool.preparing).toBeNull();
    });

    test('an image that stays away ends the wait, also when starts fail in between', async () => {
      open(0);
      const waiting = wait();
      starts.all[0]?.wait('image', 'image x cannot be pulled');
      await pass(60_000);
      starts.all[0]?.fail('image', 'image x cannot be pulled');
      await pass(5000);
      expect(starts.all.length).toBe(2);
      starts.all[1]?.wait('starting', 'It is starting.');
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
      starts.all[0]?.wait('scheduling');
      await pass(limits.scheduleLimitMs - 2000);
      expect(waiting.outcome.of).toBeNull();
      await pass(4000);
      expect(waiting.outcome.of).toMatchObject({ end: { reason: 'UNSCHEDULABLE' } });
    });

    test('time without a condition does not count', async () => {
      open(0);
      const waiting = wait();
      await pass(limits.scheduleLimitMs * 2);
      starts.all[0]?.wait('scheduling');
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
      pool.resetBackOff();
      await pass(1000);
      starts.open[0]?.becomeReady();
      await waiting.done;
      expect(waiting.outcome.of).toBe(starts.all.at(-1)?.sandbox);
    });

    test('a cluster that cannot be used rejects who waits, and who comes while that is known', async () => {
      open(0);
      const first = wait();
      starts.open[0]?.fail('cluster', 'jobs is forbidden');
      await first.done;
      expect(first.outcome.of).toMatchObject({ kind: 'notStarted', message: 'jobs is forbidden' });
      const second = wait();
      await second.done;
      expect([starts.all.length, second.outcome.of]).toMatchObject([1, { kind: 'notStarted' }]);
      await pass(1500);
      const third = wait();
      await starts.settle();
      await third.done;
      expect(third.outcome.of).toBe(starts.all[1]?.sandbox);
      expect(pool.problem).toBeNull();
    });

    test('so does one that is known to be away; what is being made is kept', async () => {
      open(0);
      const waiting = wait();
      problem = 'The API does not answer.';
      await pass(1500);
      expect(waiting.outcome.of).toMatchObject({ message: problem });
      await pass(10_000);
      expect(starts.all[0]?.cancelled).toBe(false);
      problem = null;
      const again = wait();
      await starts.settle();
      await again.done;
      expect([again.outcome.of, starts.all.length]).toEqual([starts.all[0]?.sandbox, 1]);
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
      expect(waiting.outcome.of).toMatchObject({ kind: 'notStarted' });
      expect(starts.all[0]?.cancelled).toBe(false);
      await pass(4000);
      expect(starts.all[0]?.cancelled).toBe(true);
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
      expect([pool.preempt(), pool.preempt(), pool.preempt()]).toEqual([true, true, false]);
      expect(starts.all.every(({ sandbox }) => sandbox.discarded)).toBe(true);
      await pass(20_000);
      expect(starts.all).toHaveLength(2);
      mayRefill = true;
      await pass(11_000);
      expect(starts.open).toHaveLength(2);
    });

    test('what is being made for the pool is given up while somebody else waits for room', () => {
      open(2);
      mayRefill = false;
      pool.reconcile();
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
      await expect(pool.wait(() => undefined, never)).resolves.toMatchObject({ kind: 'notStarted' });
    });
  });
});
