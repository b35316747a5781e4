import { beforeAll, describe, expect, test } from 'vitest';
import { pythonSnapshot, runPython } from './python.ts';

beforeAll(pythonSnapshot);

describe.concurrent('as CPython does it on Linux', { timeout: 60_000 }, () => {
  test.each([
    [
      'helper.part',
      "the embedded sandbox has Python's standard library and the files given with the program only",
    ],
    ['curses', 'the embedded sandbox has no module of this name'],
  ])('a program that cannot import %s is told why', async (name, reason) => {
    const { exitCode, stderr } = await runPython({ code: `import ${name}` });
    const top = name.split('.')[0];
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/ModuleNotFoundError: No module named .*\n.*\n$/);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(`${top}: ${reason}, see "podline runtimes"`);
  });

  test('an import that fails and is handled, os.system, getpass, /dev/zero, what knows one user, thread and processor', async () => {
    const end = await runPython({
      code: `import getpass, os, sys, time
try: import numpy
except ImportError as error: print(error)
print(os.system("clear"))
print(getpass.getpass("Password: "))
with open("/dev/zero", "rb") as file: print(file.read(3))
print(os.sched_getaffinity(0), os.geteuid() == os.getuid(), os.getegid() == os.getgid(), os.nice(0), time.thread_time() > 0)
raise SystemExit(3)`,
      stdin: 'secret\n',
    });
    expect(end).toMatchObject({
      exitCode: 3,
      stdout: "No module named 'numpy'\n32512\nsecret\nb'\\x00\\x00\\x00'\n{0} True True 0 True\n",
    });
    // A shell that finds no command, and no terminal: nothing else is said.
    expect(end.stderr).toMatch(
      /^sh: clear: processes are not available: the embedded sandbox[^\n]*\n[^\n]*GetPassWarning: Can not control echo on the terminal\.[^\0]*Password: \n$/,
    );
    expect(end.stderr).not.toContain('numpy');
  });

  test.each<[what: string, env: Record<string, string>, stdout: string]>([
    [
      'all of them',
      {
        PYTHONOPTIMIZE: '2',
        PYTHONINTMAXSTRDIGITS: '0',
        PYTHONFAULTHANDLER: '1',
        PYTHONPATH: '/program/x:/none',
      },
      "False None 0 True mine ['/program/x', '/none']\n",
    ],
    ['asserts without', { PYTHONOPTIMIZE: '1', PYTHONINTMAXSTRDIGITS: '7' }, 'False Words. 4300 False None'],
    ['no number', { PYTHONOPTIMIZE: '', PYTHONINTMAXSTRDIGITS: '2147483648' }, 'True Words. 4300 False None'],
    ['a long number', { PYTHONINTMAXSTRDIGITS: '9'.repeat(5000) }, 'True Words. 4300 False None'],
  ])('obeys variables: %s', async (_, env, stdout) => {
    const files = { 'a.py': '"""Words."""\n', 'x/json.py': 'WHO = "mine"\n' };
    const code = `import a, faulthandler, json, sys
if not __debug__: assert False
digits = sys.get_int_max_str_digits()
if digits == 0: str(10**5000)
print(__debug__, a.__doc__, digits, faulthandler.is_enabled(), getattr(json, "WHO", None), sys.path[1:3])`;
    const end = await runPython({ code, env, files });
    expect(end).toMatchObject({ stdout: expect.stringContaining(stdout), stderr: '' });
  });

  test('knows the names of the tz database, old ones too', async () => {
    const { stdout, stderr } = await runPython({
      code: `from datetime import datetime
from zoneinfo import ZoneInfo
for name in "Etc/GMT+5 UCT Greenwich GMT0 US/Michigan Cuba NZ-CHAT W-SU Asia/Dacca America/Fort_Wayne Factory".split():
    print(name, datetime(2026, 1, 1, tzinfo=ZoneInfo(name)).strftime("%z"))`,
    });
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n')).toEqual([
      'Etc/GMT+5 -0500',
      'UCT +0000',
      'Greenwich +0000',
      'GMT0 +0000',
      'US/Michigan -0500',
      'Cuba -0500',
      'NZ-CHAT +1345',
      'W-SU +0300',
      'Asia/Dacca +0600',
      'America/Fort_Wayne -0500',
      'Factory +0000',
    ]);
  });
});
