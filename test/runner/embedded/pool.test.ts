import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Launcher } from '../../../src/runner/embedded/launchers.ts';
import { Sandbox } from '../../../src/runner/embedded/sandbox/sandbox.ts';
import { type FindLauncher, startsOf } from '../../../src/runner/embedded/starts.ts';
import { noJail } from '../../../src/runner/local/jail/open-jail.ts';
import { Starter } from '../../../src/runner/local/starter/starter.ts';
import { SANDBOX_PACE } from '../../../src/runner/local/starting.ts';
import { Pool } from '../../../src/runner/pool/pool.ts';
import { silentLogger } from './limits.ts';
import { shellLauncher, WAITS } from './shell.ts';

const never = new AbortController().signal;
const ignored = (): void => undefined;

describe('pool', () => {
  let directory: string;
  let starter: Starter;
  let pool: Pool<Sandbox>;
  let started: Sandbox[];
  let room: number;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'podline-pool-'));
    started = [];
    starter = new Starter();
    room = Number.POSITIVE_INFINITY;
  });
  afterEach(async () => {
    pool[Symbol.dispose]();
    for (const sandbox of started) sandbox.kill();
    await Promise.all(started.map(({ exited }) => exited));
    await starter[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  });

  function open(size: number, launcher: FindLauncher = async () => shellLauncher(WAITS)): Pool<Sandbox> {
    const start = (found: Launcher): Sandbox | null => {
      if (started.filter(({ canServe }) => canServe).length >= room) return null;
      const sandbox = new Sandbox({
        launcher: found,
        starter,
        jail: noJail,
        directory,
        above: [],
        dataMb: 256,
        onExit: () => undefined,
      });
      started.push(sandbox);
      return sandbox;
    };
    pool = new Pool({
      launcher: 'test',
      noun: 'sandbox',
      size,
      start: startsOf(launcher, start),
      pace: SANDBOX_PACE,
      logger: silentLogger,
    });
    pool.reconcile();
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
    const [first, second] = await Promise.all([pool.wait(ignored, never), pool.wait(ignored, never)]);
    expect([first, second]).toEqual(started.map((sandbox) => ({ kind: 'ready', sandbox })));
    expect(started).toHaveLength(2);
  });

  test('gives the next that gets ready in the order of asking', async () => {
    open(0);
    room = 1;
    const first = pool.wait(ignored, never);
    const second = pool.wait(ignored, never);
    expect(await first).toEqual({ kind: 'ready', sandbox: started[0] });
    started[0]?.kill();
    await started[0]?.exited;
    pool.reconcile();
    expect(await second).toEqual({ kind: 'ready', sandbox: started[1] });
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
    const waiting = pool.wait(ignored, stop.signal);
    stop.abort();
    await expect(waiting).resolves.toMatchObject({ kind: 'notStarted' });
  });

  test('says what is made before the first can start, for as long as it is', async () => {
    const made = Promise.withResolvers<void>();
    open(0, async (waitFor) => {
      waitFor('It is being made.');
      await made.promise;
      return shellLauncher(WAITS);
    });
    const told: string[] = [];
    const waiting = pool.wait((message) => told.push(message), never);
    expect([told.at(-1), pool.preparing]).toEqual(['It is being made.', 'It is being made.']);
    made.resolve();
    await expect(waiting).resolves.toMatchObject({ kind: 'ready' });
    expect(told.at(-1)).toBe('Waiting for a test sandbox to get ready.');
    expect(pool.preparing).toBeNull();
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

  test('rejects who waits when starts keep failing, with what the launcher said', async () => {
    open(0, async () => shellLauncher('echo broken >&2; exit 3'));
    const message = expect.stringMatching(/code 3.*broken/s);
    await expect(pool.wait(ignored, never)).resolves.toMatchObject({ kind: 'notStarted', message });
    expect(started.length).toBeGreaterThan(1);
  });

  test('takes nothing else for ready', async () => {
    open(0, async () => shellLauncher('echo hello there; exec cat'));
    const message = expect.stringMatching(/Expected "ready"/);
    await expect(pool.wait(ignored, never)).resolves.toMatchObject({ kind: 'notStarted', message });
    await Promise.all(started.map(({ exited }) => exited));
  });

  test('asks those that can to load more when nothing takes them', async () => {
    open(1, async () => shellLauncher('echo ready; read line; exit 5', { canPrepare: true }));
    await full();
    expect(await started[0]?.exited).toMatchObject({ code: 5, signal: null });
  });

  test('ends all of its own at the close, and gives nothing after', async () => {
    open(2);
    await full();
    pool[Symbol.dispose]();
    await Promise.all(started.map(({ exited }) => exited));
    expect(pool.take()).toBeNull();
    await expect(pool.wait(ignored, never)).resolves.toMatchObject({ kind: 'notStarted' });
  });
});
