import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { POD_PACE } from '../../../src/runner/kubernetes/pods/pod-source.ts';
import type { LauncherName } from '../../../src/runner/languages/language.ts';
import { Pools } from '../../../src/runner/pool/pools.ts';
import { silentLogger } from '../embedded/limits.ts';
import { type ScriptedSandbox, ScriptedStarts } from './scripted-sandboxes.ts';

const never = new AbortController().signal;
const warm = { memoryMb: 256, cpuMillis: 1000 };

describe('pools', () => {
  let pools: Pools<ScriptedSandbox, LauncherName>;
  let starts: { [launcher in LauncherName]: ScriptedStarts };
  let special: ScriptedStarts;

  beforeEach(() => {
    vi.useFakeTimers();
    starts = { python: new ScriptedStarts(), javascript: new ScriptedStarts() };
    special = new ScriptedStarts();
    pools = new Pools<ScriptedSandbox, LauncherName>({
      noun: 'pod',
      pace: POD_PACE,
      sizes: new Map([
        ['python', 2],
        ['javascript', 2],
      ]),
      warm,
      start: ({ launcher, memoryMb }) =>
        memoryMb === warm.memoryMb ? starts[launcher].start : special.start,
      limits: { pullLimitMs: 120_000, scheduleLimitMs: 600_000 },
      problem: () => null,
      logger: silentLogger,
    });
    pools.fill();
  });
  afterEach(() => {
    pools[Symbol.dispose]();
    vi.useRealTimers();
  });

  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const ready = () => pools.warm.map(({ readyCount }) => readyCount);
  async function fill(): Promise<void> {
    await Promise.all([starts.python.settle(), starts.javascript.settle()]);
  }

  test('serve lower limits from warm pods; more memory, or another share of a processor, from pods of their own', () => {
    const [python, javascript] = pools.warm;
    expect(pools.of({ launcher: 'python', ...warm })).toBe(python);
    expect(pools.of({ launcher: 'javascript', memoryMb: 16, cpuMillis: 1000 })).toBe(javascript);
    const more = pools.of({ launcher: 'python', memoryMb: 512, cpuMillis: 1000 });
    expect(more).not.toBe(python);
    expect(pools.of({ launcher: 'python', memoryMb: 512, cpuMillis: 1000 })).toBe(more);
    expect(pools.of({ launcher: 'python', memoryMb: 256, cpuMillis: 500 })).not.toBe(python);
  });

  test("a kind's own pool is gone with the last who waited", async () => {
    const kind = { launcher: 'python', memoryMb: 512, cpuMillis: 1000 } as const;
    const first = pools.of(kind);
    const waiting = first.wait(() => undefined, never);
    await special.settle();
    expect(await waiting).toEqual({ kind: 'ready', sandbox: special.all[0]?.sandbox });
    await pass(11_000);
    expect(pools.of(kind)).not.toBe(first);
  });

  test('a kind whose pool is gone is waited for in another', async () => {
    const kind = { launcher: 'python', memoryMb: 512, cpuMillis: 1000 } as const;
    const take = () => pools.take(kind, () => undefined, never);
    const taken = [take()];
    await special.settle();
    await pass(11_000);
    taken.push(take());
    await special.settle();
    const sandboxes = special.all.map(({ sandbox }) => sandbox);
    expect(await Promise.all(taken)).toEqual(
      sandboxes.map((sandbox) => ({ kind: 'ready', sandbox, warm: false })),
    );
    expect(sandboxes).toHaveLength(2);
  });

  test("give way one at a time to who waits for room, another launcher's first, and refill when it is calm", async () => {
    await fill();
    const kind = { launcher: 'python', memoryMb: 512, cpuMillis: 1000 } as const;
    const waiting = pools.of(kind).wait(() => undefined, never);
    await pass(5000);
    expect(ready()).toEqual([2, 2]);
    special.all[0]?.wait('scheduling');
    await pass(500);
    expect(ready()).toEqual([2, 2]);
    await pass(1000);
    expect(ready()).toEqual([2, 1]);
    await pass(1000);
    expect(ready()).toEqual([2, 0]);
    await pass(1000);
    expect(ready()).toEqual([1, 0]);
    special.all[0]?.wait('starting');
    special.all[0]?.becomeReady();
    await waiting;
    await pass(3000);
    expect([starts.python.open, starts.javascript.open]).toEqual([[], []]);
    await pass(15_000);
    await fill();
    expect(ready()).toEqual([2, 2]);
  });

  test('do not keep making pods while somebody waits for room', async () => {
    expect(starts.javascript.open).toHaveLength(2);
    const waiting = pools.warm[0]?.wait(() => undefined, never);
    for (const start of starts.python.open) start.wait('scheduling');
    await pass(0);
    expect(starts.javascript.open).toEqual([]);
    expect(starts.python.open).toHaveLength(1);
    await starts.python.settle();
    await waiting;
  });

  test('say each problem once', async () => {
    for (const start of starts.python.open) start.fail('image', 'no image');
    await pass(0);
    expect(pools.problems).toEqual(['No python pod gets ready: no image']);
  });
});
