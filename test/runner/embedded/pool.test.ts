import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RunnerNotReadyError } from '../../../src/executions/errors.ts';
import type { Launcher } from '../../../src/runner/embedded/launchers.ts';
import { Pool } from '../../../src/runner/embedded/pool.ts';
import { Sandbox } from '../../../src/runner/embedded/sandbox/sandbox.ts';
import { silentLogger } from './limits.ts';
import { shellLauncher, WAITS } from './shell.ts';

const never = new AbortController().signal;

describe('pool', () => {
  let directory: string;
  let pool: Pool;
  let started: Sandbox[];
  let room: number;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'podline-pool-'));
    started = [];
    room = Number.POSITIVE_INFINITY;
  });
  afterEach(async () => {
    await pool[Symbol.asyncDispose]();
    for (const sandbox of started) sandbox.kill();
    await Promise.all(started.map(({ exited }) => exited));
    rmSync(directory, { recursive: true, force: true });
  });

  function open(size: number, launcher: () => Promise<Launcher> = async () => shellLauncher(WAITS)): Pool {
    pool = new Pool({
      name: 'test',
      size,
      launcher,
      start(found) {
        if (started.filter(({ hasEnded }) => !hasEnded).length >= room) return null;
        const sandbox = new Sandbox({ launcher: found, directory, dataMb: 256, onExit: () => undefined });
        started.push(sandbox);
        return sandbox;
      },
      logger: silentLogger,
    });
    pool.fill();
    return pool;
  }

  const full = () =>
    vi.waitFor(() => expect(pool.readyCount).toBe(pool.wanted), { timeout: 10_000, interval: 2 });

  test('keeps as many ready as wanted, and replaces what is taken', async () => {
    open(3);
    await full();
    const taken = pool.take();
    expect(taken).not.toBeNull();
    await full();
    expect(started).toHaveLength(4);
    expect([pool.take(), pool.take(), pool.take()]).not.toContain(taken);
  });

  test('starts nothing of its own with size 0, and one for each that waits', async () => {
    open(0);
    expect(pool.take()).toBeNull();
    expect(started).toHaveLength(0);
    const [first, second] = await Promise.all([pool.wait(never), pool.wait(never)]);
    expect(first).not.toBe(second);
    expect(started).toHaveLength(2);
  });

  test('gives the next that gets ready in the order of asking', async () => {
    open(0);
    room = 1;
    const first = pool.wait(never);
    const second = pool.wait(never);
    const given = await first;
    expect(given).toBe(started[0]);
    given.kill();
    await given.exited;
    pool.fill();
    expect(await second).toBe(started[1]);
  });

  test('replaces one that dies while it waits', async () => {
    open(1);
    await full();
    started[0]?.kill();
    await vi.waitFor(() => expect(started).toHaveLength(2), { timeout: 10_000, interval: 2 });
    await full();
    expect(pool.take()).toBe(started[1]);
  });

  test('a wait that is stopped leaves at once', async () => {
    open(0, () => new Promise(() => undefined));
    const stop = new AbortController();
    const waiting = pool.wait(stop.signal);
    stop.abort();
    await expect(waiting).rejects.toBeInstanceOf(RunnerNotReadyError);
  });

  test('tries again after failures, and says what is wrong until it works', async () => {
    let attempts = 0;
    open(1, async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('no disk');
      return shellLauncher(WAITS);
    });
    await vi.waitFor(() => expect(pool.problem).toContain('no disk'), { timeout: 10_000, interval: 2 });
    await full();
    expect(pool.problem).toBeNull();
  });

  test('sends away who waits when starts keep failing, with what the launcher said', async () => {
    open(0, async () => shellLauncher('echo broken >&2; exit 3'));
    await expect(pool.wait(never)).rejects.toThrow(/code 3.*broken/s);
    expect(started.length).toBeGreaterThan(1);
  });

  test('takes nothing else for ready', async () => {
    open(0, async () => shellLauncher('echo hello there; exec cat'));
    await expect(pool.wait(never)).rejects.toThrow(/Expected "ready"/);
    await Promise.all(started.map(({ exited }) => exited));
  });

  test('asks those that can to load more when nobody comes', async () => {
    open(1, async () => shellLauncher('echo ready; read line; exit 5', { canPrepare: true }));
    await full();
    expect(await started[0]?.exited).toEqual({ code: 5, signal: null });
  });

  test('ends all of its own at the close, and gives nothing after', async () => {
    open(2);
    await full();
    const waiting = open2(pool);
    await pool[Symbol.asyncDispose]();
    await waiting;
    expect(started.filter(({ hasEnded }) => !hasEnded)).toHaveLength(0);
    expect(() => pool.take()).toThrow(RunnerNotReadyError);
  });

  /** Asks for one more than there are. */
  async function open2(of: Pool): Promise<void> {
    room = started.length;
    await expect(of.wait(never)).rejects.toBeInstanceOf(RunnerNotReadyError);
  }
});
