import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { until } from '../../../server/support/until.ts';
import type { TestLauncher } from '../../../support/launcher/launchers.ts';
import { isAlive } from '../../../support/launcher/processes.ts';
import { startPython } from './python.ts';

const FOR_EVER = 'import time\nprint("on", flush=True)\nwhile True: time.sleep(1)';
const IGNORES_SIGTERM = `import os, signal\nsignal.signal(signal.SIGTERM, lambda *_: os.write(1, b"asked\\n"))\n${FOR_EVER}`;

/** The process numbers that a program wrote to a file of this name. */
async function pids(launcher: TestLauncher, name: string): Promise<number[]> {
  const text = await readFile(join(launcher.directory, name), 'utf8');
  return text.trim().split('\n').map(Number);
}

describe('by the program itself', () => {
  test.each([
    ['exit(0)', 0, null],
    ['exit(300)', 300 & 255, null],
    ['import os; os._exit(3)', 3, null],
    ['import os, signal; os.kill(os.getpid(), signal.SIGSEGV)', null, 'SIGSEGV'],
    ['import os; os.abort()', null, 'SIGABRT'],
    ['import os, signal; os.kill(os.getpid(), signal.SIGKILL)', null, 'SIGKILL'],
    ['import os, signal; os.kill(os.getpid(), signal.SIGTERM)', null, 'SIGTERM'],
  ])('%s', async (code, exitCode, signal) => {
    await using launcher = await startPython();
    const { end } = await launcher.result(code);
    expect(end).toMatchObject({
      cause: signal === null ? 'exit' : 'signal',
      exitCode,
      signal,
      truncated: false,
    });
  });

  test('with its figures', async () => {
    await using launcher = await startPython();
    const { end } = await launcher.result(
      'import time\nx = b"x" * (50 << 20)\nwhile time.process_time() < 0.3: pass\ntime.sleep(0.2)',
    );
    expect(end.wallMs).toBeGreaterThan(300);
    expect(end.cpuMs).toBeGreaterThan(150);
    expect(end.cpuMs).toBeLessThan((end.wallMs ?? 0) + 50);
    expect(end.maxMemoryMb).toBeGreaterThan(49);
    expect(end.maxMemoryMb).toBeLessThan(75);
  });

  test('with output that only its end brings', async () => {
    await using launcher = await startPython();
    const { stdout } = await launcher.result('import os\nos.write(1, b"x" * 60000)\nprint("end", end="")');
    expect(stdout).toBe(`${'x'.repeat(60_000)}end`);
  });

  test('though its streams were closed long before', async () => {
    await using launcher = await startPython();
    const { end } = await launcher.result(
      'import os, time\nprint("a")\nos.closerange(0, 3)\ntime.sleep(0.1)\nos._exit(5)',
    );
    expect(end).toMatchObject({ cause: 'exit', exitCode: 5, last: 1 });
  });
});

describe('what a program leaves behind', () => {
  test('a child that holds its stdout is killed', async () => {
    await using launcher = await startPython();
    const { end, stdout } = await launcher.result(
      'import subprocess\np = subprocess.Popen(["sleep", "1000"])\nopen("pids", "w").write(str(p.pid))\nprint("done")',
    );
    expect({ stdout, cause: end.cause }).toEqual({ stdout: 'done\n', cause: 'exit' });
    for (const pid of await pids(launcher, 'pids'))
      await until(
        () => isAlive(pid),
        (alive) => !alive,
      );
  });

  test('a daemon in a session of its own does not hold up the end', async () => {
    await using launcher = await startPython();
    const { end } = await launcher.result(`import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True: time.sleep(0.01); print("still here")
    os._exit(0)
os.wait()
print("done")`);
    expect(end).toMatchObject({ cause: 'exit', exitCode: 0 });
    expect(launcher.stdout()).toContain('done\n');
  });
});

describe('the time limit', () => {
  test('asks, and is told as the cause though the program exits by itself then', async () => {
    await using launcher = await startPython();
    const { end, stdout } = await launcher.result(
      `import os, signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: (os.write(1, b"asked\\n"), sys.exit()))\n${FOR_EVER}`,
      { timeoutMs: 1000 },
    );
    expect(stdout).toBe('on\nasked\n');
    expect(end).toMatchObject({ cause: 'timeout', exitCode: null, signal: null });
    expect(end.wallMs).toBeGreaterThanOrEqual(1000);
  });

  test('kills what does not go', async () => {
    await using launcher = await startPython();
    const { end, stdout } = await launcher.result(IGNORES_SIGTERM, { timeoutMs: 1000 });
    expect(stdout).toBe('on\nasked\n');
    expect(end.cause).toBe('timeout');
    expect(end.wallMs).toBeGreaterThanOrEqual(2000);
  });
});

describe('the memory limit', () => {
  test('counts all processes', async () => {
    await using launcher = await startPython();
    const { end } = await launcher.result(
      `import os\nfor _ in range(4):
  if os.fork() == 0:
    x = b"x" * (40 << 20)
    break\n${FOR_EVER}`,
      { memoryMb: 100 },
    );
    expect(end).toMatchObject({ cause: 'memory', exitCode: null, signal: null });
    expect(end.maxMemoryMb).toBeGreaterThan(100);
  });

  test('does not count again what processes share', async () => {
    await using launcher = await startPython();
    const { end } = await launcher.result(
      'import os, time\nx = b"x" * (60 << 20)\nfor _ in range(6):\n  if os.fork() == 0: break\ntime.sleep(0.3)',
      { memoryMb: 150 },
    );
    expect(end).toMatchObject({ cause: 'exit', exitCode: 0 });
    expect(end.maxMemoryMb).toBeLessThan(100);
  });
});
