import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { openEmbeddedRunner } from '../../../src/runner/embedded/open.ts';
import { useJavascriptRunner } from './javascript_runner.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from './limits.ts';
import { processesOf } from './processes.ts';

const { run, dataDir, runner } = useJavascriptRunner({ ...MAXIMUM_LIMITS, memoryMb: 32 });

/** Processes whose current directory is below `directory`. */
function processesIn(directory: string): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readlinkSync(`/proc/${name}/cwd`).startsWith(`${directory}/`);
    } catch {
      return false;
    }
  });
}

const soon = { timeout: 20_000, interval: 10 };

describe.runIf(process.platform === 'linux')('a sandbox', () => {
  test('has its process and its directory only until the end', async () => {
    const program = run('console.log("has a process"); setInterval(() => {}, 1000)');
    await program.printed('\n');
    const [pid = 0, ...others] = processesOf('has a process');
    expect(others).toEqual([]);
    const directories = () =>
      readdirSync(join(dataDir(), 'sandboxes'), { recursive: true, encoding: 'utf8' });
    const before = directories();
    expect(existsSync(`/proc/${pid}/cwd/main.js`)).toBe(true);
    program.stop('CANCELLED');
    await program.endsBy('CANCELLED');
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    const after = directories();
    // Its own, and what is in there.
    expect(before.filter((name) => !after.includes(name) && /\/\d+$/.test(name))).toHaveLength(1);
  });

  test('that runs out of heap ends with its memory as the reason', async () => {
    // V8's heap was bounded at the start by the greatest limit, here below the program's own.
    const program = run('const kept = []; for (;;) kept.push(new Array(1000).fill({}))', {
      limits: { memoryMb: 256 },
    });
    expect((await program.endsBy('OUT_OF_MEMORY')).message).toMatch(/runtime/);
  });

  test('that is killed by somebody else is reported by the signal', async () => {
    const program = run('console.log("is killed"); setInterval(() => {}, 1000)');
    await program.printed('\n');
    for (const pid of processesOf('is killed')) process.kill(pid, 'SIGKILL');
    expect(await program.endsBy('SIGNALLED')).toMatchObject({ signal: 'SIGKILL' });
  });

  test('reports what it used', async () => {
    const code =
      'const kept = new Uint8Array(20_000_000).fill(1); const end = Date.now() + 300; while (Date.now() < end); console.log(kept.length)';
    const { usage } = await run(code, { limits: { memoryMb: 256 } }).endsBy('EXITED');
    expect(usage?.wallMs).toBeGreaterThanOrEqual(300);
    expect(usage?.cpuMs).toBeGreaterThan(0);
    expect(usage?.maxMemoryMb).toBeGreaterThan(18);
    expect(usage?.maxMemoryMb).toBeLessThan(100);
  });

  test('may be one of many at once', async () => {
    const programs = Array.from({ length: 12 }, (_, index) => run(`console.log(${index})`));
    for (const [index, program] of programs.entries()) {
      await program.endsBy('EXITED');
      expect(program.text()).toBe(`${index}\n`);
    }
    await vi.waitFor(
      () =>
        expect(runner().warm()).toContainEqual(
          expect.objectContaining({ launcher: 'javascript', ready: 2, wanted: 2 }),
        ),
      soon,
    );
  });
});

describe.runIf(process.platform === 'linux')('a server that is killed', () => {
  test('leaves no process, and its directories only until the next start', async () => {
    const data = mkdtempSync(join(tmpdir(), 'podline-killed-'));
    const fixture = fileURLToPath(new URL('fixtures/server.ts', import.meta.url));
    const server = spawn(process.execPath, [fixture, data], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(server.stdout, 'data');
      expect(processesIn(data).length).toBeGreaterThanOrEqual(2);
      server.kill('SIGKILL');
      await once(server, 'exit');
      await vi.waitFor(() => expect(processesIn(data)).toEqual([]), soon);
      const servers = () => readdirSync(join(data, 'sandboxes'));
      expect(servers()).toHaveLength(1);
      const next = await openEmbeddedRunner({
        dataDir: data,
        warm: {},
        defaultLimits: LIMITS,
        maximumLimits: MAXIMUM_LIMITS,
        logger: silentLogger,
      });
      await vi.waitFor(() => expect(servers()).toEqual([expect.stringMatching(`^${process.pid}-`)]), soon);
      await next[Symbol.asyncDispose]();
      expect(servers()).toEqual([]);
    } finally {
      server.kill('SIGKILL');
      rmSync(data, { recursive: true, force: true });
    }
  });
});

test('a data directory that Deno cannot be told of is refused', async () => {
  const options = { warm: {}, defaultLimits: LIMITS, maximumLimits: MAXIMUM_LIMITS, logger: silentLogger };
  await expect(openEmbeddedRunner({ ...options, dataDir: 'a,b' })).rejects.toThrow(/without a comma.*a,b/);
});
