import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { openProcessStatus } from '../../../src/runner/local/process-status.ts';

const MiB = 1024 * 1024;

describe.runIf(process.platform === 'linux')('what /proc shows of a process', () => {
  test('memory and time of this one', () => {
    using status = openProcessStatus(process.pid);
    const before = status?.look().memory;
    const kept = Buffer.alloc(64 * MiB, 1);
    const after = status?.look().memory;
    if (!before || !after) throw new Error('Expected figures of this process, got none');
    expect(after.own - before.own).toBeGreaterThan(60 * MiB);
    expect(after.peak).toBeGreaterThanOrEqual(after.own);
    expect(status?.look().cpuMs).toBeGreaterThan(0);
    expect(kept.length).toBe(64 * MiB);
  });

  test('nothing once a process has ended, also when its number is used again', async () => {
    const child = spawn('/bin/cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    if (child.pid === undefined) throw new Error('Expected a process, got none');
    using status = openProcessStatus(child.pid);
    await vi.waitFor(() => expect(status?.look().memory).not.toBeNull());
    child.stdin.end();
    await once(child, 'exit');
    expect([status?.look().memory, status?.look().cpuMs]).toEqual([null, null]);
    expect(openProcessStatus(child.pid)).toBeNull();
  });
});
