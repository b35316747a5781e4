import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ControlGroup, openControlGroups } from '../../../../src/runner/local/starter/control-groups.ts';
import { NO_BASELINE, type ProcessCommand } from '../../../../src/runner/local/starter/messages.ts';
import { Starter } from '../../../../src/runner/local/starter/starter.ts';
import { canDelegate, cgroupMount, Delegated } from './delegated.ts';

const MiB = 1024 * 1024;
const FILLS = 'const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1));';

describe.runIf(process.geteuid?.() === 0)('a directory for control groups', () => {
  test('is refused where there is no cgroup v2', () => {
    expect(() => openControlGroups('/nowhere')).toThrow(
      /expected a directory of cgroup v2 to make control groups in, got \/nowhere: ENOENT/,
    );
  });

  test.runIf(cgroupMount !== null)('is refused without controllers', () => {
    const above = join(cgroupMount ?? '', `podline-test-${process.pid}-plain`);
    const below = join(above, 'below');
    mkdirSync(below, { recursive: true });
    try {
      expect(() => openControlGroups(below)).toThrow(/got \S+below: it has no controller memory and pids/);
    } finally {
      rmdirSync(below);
      rmdirSync(above);
    }
  });
});

describe.runIf(canDelegate)('a control group', { timeout: 120_000 }, () => {
  let delegated: Delegated;
  let group: ControlGroup;

  beforeEach(() => {
    delegated = new Delegated();
    expect(openControlGroups(delegated.directory)).toBe(delegated.directory);
    group = new ControlGroup(delegated.directory, 8);
  });
  afterEach(async () => {
    group.release();
    await delegated[Symbol.asyncDispose]();
  });

  /** Runs a script once the shell is in the group. */
  async function run(script: string): Promise<{ signal: string | null; stderr: string }> {
    const child = spawn('sh', ['-c', `read line; ${script}`], { stdio: ['pipe', 'ignore', 'pipe'] });
    const stderr = text(child.stderr);
    await group.add(child.pid ?? 0);
    child.stdin.end('\n');
    const [, signal] = await once(child, 'exit');
    return { signal, stderr: await stderr };
  }

  test('lets no more than so many processes be', async () => {
    const { stderr } = await run('for i in $(seq 20); do sleep 0.2 & done; wait');
    expect(stderr).toMatch(/fork/i);
  });

  test('ends all of its processes when their memory is used up, and says so', async () => {
    group.limitMemory(32 * MiB);
    expect(group.usage?.isOutOfMemory).toBe(false);
    const { signal } = await run(`${process.execPath} -e '${FILLS}' & wait; sleep 60`);
    expect(signal).toBe('SIGKILL');
    expect(group.usage?.isOutOfMemory).toBe(true);
  });

  test('counts what a file system in memory holds', async () => {
    group.limitMemory(32 * MiB);
    const file = `/dev/shm/podline-test-${process.pid}`;
    const { signal } = await run(`head -c ${64 * MiB} /dev/zero > ${file}; sleep 60`);
    spawnSync('rm', ['-f', file]);
    expect(signal).toBe('SIGKILL');
  });

  test('counts processor time of processes that have ended', async () => {
    const before = group.usage?.cpuMs ?? 0;
    await run('i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done');
    expect(group.usage?.cpuMs).toBeGreaterThan(before);
  });
});

describe.runIf(canDelegate)('control groups of the starter', { timeout: 120_000 }, () => {
  test('are in the group of the server itself where it says so, which then holds groups only', async () => {
    await using delegated = new Delegated();
    const { directory } = delegated;
    const module = new URL('../../../../src/runner/local/starter/control-groups.ts', import.meta.url);
    const opens = `const { openControlGroups } = await import('${module}'); console.log(openControlGroups('own'));
      console.log((await import('node:fs')).readFileSync('/proc/self/cgroup', 'latin1'));`;
    const script = 'echo $$ >"$1/cgroup.procs" && exec "$2" -e "$3"';
    const { stdout } = spawnSync('sh', ['-c', script, 'sh', directory, process.execPath, opens]);
    const [opened = '', group = ''] = String(stdout).split('\n');
    expect(opened).toBe(directory);
    expect(group.slice('0::'.length)).toBe(`${directory.slice(cgroupMount?.length)}/podline`);
    rmdirSync(join(directory, 'podline'));
  });

  const jail = (...command: string[]): ProcessCommand => ({
    file: '/usr/bin/bwrap',
    args: ['--unshare-all', '--info-fd', '3', '--bind', '/', '/', '--', ...command],
    env: { PATH: '/usr/bin:/bin' },
    directory: '/',
    isJail: true,
    processes: 64,
  });
  const tree = { directories: [], hasOwnNetwork: true, threads: 64 };

  test('hold a jail before anything runs in it, and are gone after it', async () => {
    await using delegated = new Delegated();
    await using starter = new Starter(openControlGroups(delegated.directory));
    const started = starter.start(jail('cat', '/proc/self/cgroup'));
    const { stdout } = await started.pipes;
    const said = await text(stdout);
    expect(said).toMatch(/^0::.*\/podline-\d+-1$/m);
    await started.exited;
    await expect.poll(() => delegated.groups).toEqual([]);
  });

  test('end a jail whose memory is used up with no sample taken, and count its processor time', async () => {
    await using delegated = new Delegated();
    await using starter = new Starter(openControlGroups(delegated.directory));
    const started = starter.start(jail('sh', '-c', `read line; exec ${process.execPath} -e '${FILLS}'`));
    const { stdin } = await started.pipes;
    await started.pid;
    started.watch({ pid: null, tree, baseline: NO_BASELINE, timeoutMs: null, memoryMb: 32 });
    stdin.end('\n');
    expect(await started.limit).toBe('memory');
    const { cpuMs } = await started.exited;
    expect(cpuMs).toBeGreaterThan(0);
  });
});
