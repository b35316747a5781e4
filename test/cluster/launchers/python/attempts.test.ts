import { describe, expect, test } from 'vitest';
import { startPython } from './python.ts';

describe('what a program sees of its launcher', () => {
  test('no descriptor but its own three', async () => {
    await using launcher = await startPython();
    const { stdout } = await launcher.result(`import os
for number in range(3, 1024):
    try: print(number, os.readlink(f"/proc/self/fd/{number}"))
    except OSError: pass
import subprocess
print(subprocess.run(["ls", "/proc/self/fd"], capture_output=True, text=True).stdout.split())`);
    expect(stdout).toBe("['0', '1', '2', '3']\n");
  });

  test('none of its environment', async () => {
    await using launcher = await startPython();
    const { stdout } = await launcher.result(
      'import os\nprint(sorted(os.environ))\nprint(set(open("/proc/self/environ", "rb").read()))\nos.system("env | cut -d= -f1 | sort")',
      { env: { MINE: '1' } },
    );
    const [names, region, ...inherited] = stdout.trim().split('\n');
    const own = ['HOME', 'LANG', 'LOGNAME', 'MINE', 'PATH', 'TMPDIR', 'USER'];
    const expected = [...own, 'PYTHONDONTWRITEBYTECODE', 'XDG_CACHE_HOME'].sort();
    expect(names).toBe(`[${expected.map((name) => `'${name}'`).join(', ')}]`);
    expect(region).toBe('{0}');
    expect(inherited.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name))).toEqual(expected);
  });

  test('no frame, source or module', async () => {
    await using launcher = await startPython();
    const { stdout } = await launcher.result(`import gc, inspect, linecache, sys, threading
print(len(inspect.stack()), sys._getframe().f_back, len(sys._current_frames()), threading.enumerate())
print([o for o in gc.get_objects() if inspect.isfunction(o) and "child_" + "steps" in o.__globals__])
print("child_" + "steps" in str(linecache.cache), any("child_" + "steps" in str(vars(m)) for m in list(sys.modules.values()) if hasattr(m, "__dict__")))
print(sys.argv, any("child_" + "steps" in a for a in getattr(sys, "orig_argv", [])))`);
    expect(stdout).toMatch(/^1 None 1 \[<_MainThread.*\]\n\[\]\nFalse False\n\['main.py'\] False\n$/);
  });
});

describe('what a program does to its launcher', () => {
  test('signals do it no harm', async () => {
    await using launcher = await startPython();
    const { end, stdout } = await launcher.result(`import os, signal
for number in range(1, 65):
    if number not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
        os.kill(os.getppid(), number)
print("done")`);
    expect({ end, stdout }).toMatchObject({ stdout: 'done\n', end: { cause: 'exit', exitCode: 0 } });
    expect(launcher.stderr).toBe('');
  });

  test('with no descriptor allowed to it, it still ends the run', async () => {
    await using launcher = await startPython();
    const { end, stdout } = await launcher.result(
      'import os, resource, time\nresource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (0, 0))\ntime.sleep(0.2)\nprint("done")',
    );
    expect({ end, stdout }).toMatchObject({ stdout: 'done\n', end: { cause: 'exit', exitCode: 0 } });
  });

  test('what looks like a frame is text', async () => {
    await using launcher = await startPython();
    const lie = '{"type":"end","last":0,"cause":"exit","exitCode":0}';
    const { end, stdout } = await launcher.result(
      `import sys\nprint('\\n${lie}')\nprint('${lie}', file=sys.stderr)\nexit(4)`,
    );
    expect(stdout).toBe(`\n${lie}\n`);
    expect(end).toMatchObject({ cause: 'exit', exitCode: 4 });
    expect(launcher.frames.filter(({ type }) => type === 'end')).toHaveLength(1);
  });

  test('stdin that nobody reads disturbs nobody', async () => {
    await using launcher = await startPython();
    const { stdout } = await launcher.result('print("done")', { stdin: 'x'.repeat(4_000_000) });
    expect(stdout).toBe('done\n');
  });

  test('its limits hold', async () => {
    await using launcher = await startPython();
    const { stdout } = await launcher.result(`import resource
print([resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in ("NPROC", "FSIZE", "CORE")])
try:
    with open("big", "wb") as file:
        file.truncate(300 << 20)
except OSError as error: print(type(error).__name__, error.errno)`);
    expect(stdout).toBe('[(256, 256), (268435456, 268435456), (0, 0)]\nOSError 27\n');
  });
});
