import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openProcessBound } from '../../../../src/runner/local/starter/process-bound.ts';

const bound = openProcessBound(8);
bound?.release();

const groupOf = (cgroup: string): string | undefined => /^\d+:pids:(.*)$/m.exec(cgroup)?.[1];

// Only root on a machine with the pids controller of cgroup v1 can open one.
describe.runIf(bound !== null)('a bound of processes', () => {
  test('holds a process from its first instruction on, and the thread that started it no longer', () => {
    const own = groupOf(readFileSync('/proc/self/cgroup', 'latin1'));
    const opened = openProcessBound(8);
    const { stdout } = opened?.start(() => spawnSync('cat', ['/proc/self/cgroup'])) ?? {};
    opened?.release();
    expect(groupOf(String(stdout))).toMatch(/\/podline-\d+-\d+$/);
    expect(groupOf(readFileSync('/proc/thread-self/cgroup', 'latin1'))).toBe(own);
  });

  test('lets no more than so many start', () => {
    const opened = openProcessBound(8);
    const sleeps = 'for i in $(seq 20); do sleep 0.2 & done; wait';
    const { stderr } = opened?.start(() => spawnSync('sh', ['-c', sleeps])) ?? {};
    opened?.release();
    expect(String(stderr)).toMatch(/fork/i);
  });
});
