import { beforeAll, describe, expect, test } from 'vitest';
import { pythonSnapshot, runPython } from './python.ts';

beforeAll(pythonSnapshot);

describe.concurrent('as CPython does it on Linux', { timeout: 60_000 }, () => {
  test.each([
    ['numpy', "the embedded sandbox has Python's standard library and the files given with the program only"],
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

  test('an import that fails and is handled says no more than elsewhere', async () => {
    const code = 'try: import numpy\nexcept ImportError as error: print(error)\nraise SystemExit(3)';
    expect(await runPython({ code })).toMatchObject({
      exitCode: 3,
      stdout: "No module named 'numpy'\n",
      stderr: '',
    });
  });

  test('os.system is a shell that finds no command', async () => {
    const { stdout, stderr } = await runPython({ code: 'import os\nprint(os.system("clear"))' });
    expect(stdout).toBe('32512\n');
    expect(stderr).toMatch(/^sh: clear: processes are not available: the embedded sandbox/);
  });

  test('getpass reads stdin where there is no terminal', async () => {
    const code = 'import getpass\nprint(getpass.getpass("Password: "))';
    const { stdout, stderr } = await runPython({ code, stdin: 'secret\n' });
    expect(stdout).toBe('secret\n');
    expect(stderr).toContain('GetPassWarning: Can not control echo on the terminal.');
  });

  test('/dev/zero, and functions of one thread, one user and one processor', async () => {
    const { stdout, stderr } = await runPython({
      code: `import os, time
with open("/dev/zero", "rb") as file: print(file.read(3))
print(os.sched_getaffinity(0), os.geteuid() == os.getuid(), os.getegid() == os.getgid(), os.nice(0), time.thread_time() > 0)`,
    });
    expect({ stdout, stderr }).toEqual({ stdout: "b'\\x00\\x00\\x00'\n{0} True True 0 True\n", stderr: '' });
  });

  test.each<[env: Record<string, string>, code: string, stdout: string]>([
    [{ PYTHONOPTIMIZE: '1' }, 'assert False\nprint(__debug__)', 'False\n'],
    [{ PYTHONOPTIMIZE: '' }, 'print(__debug__)', 'True\n'],
    [{ PYTHONOPTIMIZE: '2' }, 'import a\nprint(a.__doc__)', 'None\n'],
    [{ PYTHONINTMAXSTRDIGITS: '0' }, 'print(len(str(10**5000)))', '5001\n'],
    ...['7', '2147483648', '9'.repeat(5000)].map((digits): [Record<string, string>, string, string] => [
      { PYTHONINTMAXSTRDIGITS: digits },
      'import sys\nprint(sys.get_int_max_str_digits())',
      '4300\n',
    ]),
    [{ PYTHONFAULTHANDLER: '1' }, 'import faulthandler\nprint(faulthandler.is_enabled())', 'True\n'],
    [
      { PYTHONPATH: '/program/x:/none' },
      'import json, sys\nprint(json.WHO, sys.path[1:3])',
      "mine ['/program/x', '/none']\n",
    ],
  ])('obeys %j', async (env, code, stdout) => {
    const files = { 'a.py': '"""Words."""\n', 'x/json.py': 'WHO = "mine"\n' };
    expect(await runPython({ code, env, files })).toMatchObject({ stdout, stderr: '' });
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
