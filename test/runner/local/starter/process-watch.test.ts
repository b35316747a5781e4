import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Limit, Watch } from '../../../../src/runner/local/starter/messages.ts';
import { ProcessWatch } from '../../../../src/runner/local/starter/process-watch.ts';

const MiB = 1024 * 1024;
const AMPLE = { baseline: { bytes: 0, cpuMs: 0 }, timeoutMs: 60_000, memoryMb: 4096 };
const ALONE = { directories: [], hasOwnNetwork: false };

let child: ChildProcess;
/** Takes 64 MiB when it is told to, and says when it has. */
const PROGRAM = `console.log('here');
process.stdin.once('data', () => { globalThis.kept = Buffer.alloc(${64 * MiB}, 1); console.log('done'); });`;

beforeEach(async () => {
  child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  if (child.stdout) await once(child.stdout, 'data');
});
afterEach(async () => {
  if (child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  await ended;
});

/** The first limit that is passed. */
function passed(watch: Partial<Watch>): Promise<{ limit: Limit; watch: ProcessWatch }> {
  return new Promise((resolve) => {
    const opened = new ProcessWatch({ pid: child.pid ?? 0, ...AMPLE, ...watch }, (limit) =>
      resolve({ limit, watch: opened }),
    );
  });
}

function eat(): void {
  child.stdin?.write('\n');
}

describe.runIf(process.platform === 'linux')('the watch of a process', () => {
  test('tells that its time is over, once, with what it had used', async () => {
    const { limit, watch } = await passed({ timeoutMs: 1 });
    expect(limit).toBe('time');
    const { peakBytes, cpuMs, wallMs } = watch.end();
    expect(peakBytes).toBeGreaterThan(MiB);
    expect(cpuMs).toBeGreaterThanOrEqual(0);
    expect(wallMs).toBeGreaterThan(0);
  });

  test('keeps the time of a process that cannot be looked at', async () => {
    const { limit, watch } = await passed({ pid: null, timeoutMs: 1 });
    expect(limit).toBe('time');
    expect(watch.end()).toMatchObject({ peakBytes: null, cpuMs: null });
  });

  test('tells that it has more memory than it may, with the most it had', async () => {
    const first = passed({ memoryMb: 60 });
    eat();
    const { limit, watch } = await first;
    expect(limit).toBe('memory');
    expect(watch.end().peakBytes).toBeGreaterThan(60 * MiB);
  });

  test('does not count what it had before', async () => {
    const calls: Limit[] = [];
    const watch = new ProcessWatch(
      { pid: child.pid ?? 0, ...AMPLE, baseline: { bytes: 4096 * MiB, cpuMs: 0 }, memoryMb: 1 },
      (limit) => calls.push(limit),
    );
    eat();
    if (child.stdout) await once(child.stdout, 'data');
    // A second watch has taken its first sample: so has this one.
    (await passed({ memoryMb: 1 })).watch.end();
    expect(watch.end().peakBytes).toBe(0);
    expect(calls).toEqual([]);
  });

  test('tells that all of it together has more threads than it may', async () => {
    const { limit, watch } = await passed({ tree: { ...ALONE, threads: 2 } });
    watch.end();
    expect(limit).toBe('threads');
  });

  test('tells nothing after its end', async () => {
    const calls: Limit[] = [];
    const watch = new ProcessWatch({ pid: child.pid ?? 0, ...AMPLE, timeoutMs: 1, memoryMb: 1 }, (limit) =>
      calls.push(limit),
    );
    watch.end();
    (await passed({ timeoutMs: 50 })).watch.end();
    expect(calls).toEqual([]);
  });

  test('has no figures of a process that is gone', async () => {
    const { pid = 0 } = child;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
    const { limit, watch } = await passed({ pid, timeoutMs: 1 });
    expect(limit).toBe('time');
    expect(watch.end()).toMatchObject({ peakBytes: null, cpuMs: null });
  });
});
