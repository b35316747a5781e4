import { beforeAll, describe, expect, test } from 'vitest';
import { pythonSnapshot, runPython } from './python.ts';

beforeAll(pythonSnapshot);

/** Runs a module as `python3 -m <module> <args…>` does. */
const asMain = `import runpy, sys
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
`;

describe.concurrent('the standard library', { timeout: 60_000 }, () => {
  test('passes the examples in its own documentation', async () => {
    const { stdout, stderr } = await runPython({
      code: `import doctest, importlib
for name in """bisect collections difflib enum heapq itertools json json.decoder pickle random statistics string
        types urllib.parse shlex ast functools dataclasses graphlib""".split():
    result = doctest.testmod(importlib.import_module(name))
    print(name, result.failed)
    total = globals().get("total", 0) + result.attempted
print(total > 300)
`,
    });
    expect(
      stdout.split('\n').filter((line) => !/ 0$/.test(line)),
      stdout + stderr,
    ).toEqual(['True', '']);
  });

  test.each<[args: string[], stdin: string, stdout: RegExp | string]>([
    [['this'], '', /^The Zen of Python, by Tim Peters\n\nBeautiful is better than ugly\.\n/],
    [
      ['json.tool', '--sort-keys', '--indent=1'],
      '{"b": [1], "a": "\\u00e9"}',
      '{\n "a": "\\u00e9",\n "b": [\n  1\n ]\n}\n',
    ],
    [['calendar', '2024', '2'], '', /^ {3}February 2024\nMo Tu We Th Fr Sa Su\n {10}1 {2}2 {2}3 {2}4\n/],
    [['base64', '-e', 'main.py'], '', /^aW1wb3J0IHJ1bnB5/],
    [['ast'], 'x = 1', /^Module\(\n {3}body=\[\n {6}Assign\(/],
    [['tokenize'], 'x = 1\n', /^1,0-1,1: +NAME +'x' *\n/],
    [['dis'], 'x = 1\n', / LOAD_SMALL_INT +1\n +STORE_NAME +0 \(x\)\n/],
    [['difflib', 'main.py', 'main.py'], '', ''],
    [['platform'], '', /wasm32/],
    [['sysconfig'], '', /Python version: "3\.14"/],
    [['zipfile', '-c', 'a.zip', 'main.py'], '', ''],
    [['timeit', '-n1', '-r1', 'pass'], '', /^1 loop, best of 1: /],
    [['pyclbr', 'main.py'], '', ''],
    [['mimetypes', 'a.html'], '', 'type: text/html encoding: None\n'],
    [['pickletools', '/dev/null'], '', ''],
    [['symtable'], 'x = 1\n', /symbol table for module/],
    [['unittest', '--help'], '', /usage: .*unittest/],
  ])('runs its module %j as a program', async (args, stdin, expected) => {
    const end = await runPython({ code: asMain, args, stdin });
    if (args[0] === 'difflib' || args[0] === 'pickletools') return expect([0, 1]).toContain(end.exitCode);
    expect(end.stdout, end.stderr).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
    expect(end.exitCode, end.stderr).toBe(0);
  });

  test('is there, but for what a sandbox has no use for', async () => {
    const { stdout } = await runPython({
      code: `import sys
missing = []
for name in sorted(sys.stdlib_module_names):
    if name in ("antigravity", "this", "idlelib") or name.startswith("_"): continue
    try: __import__(name)
    except ImportError as error: missing.append(name)
print(*missing)
`,
    });
    expect(stdout).toBe(
      'curses ensurepip grp msvcrt nt pwd pydoc_data readline resource syslog tkinter turtle turtledemo venv webbrowser winreg winsound\n',
    );
  });

  test('knows time zones and counts errors as Linux does', async () => {
    const { stdout, stderr } = await runPython({
      code: `import errno, os, time
from datetime import datetime, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones
for name in ("Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "UTC"):
    for month in (1, 7):
        moment = datetime(2024, month, 15, 12, tzinfo=ZoneInfo(name))
        print(moment.isoformat(), moment.tzname(), moment.dst())
try: ZoneInfo("Mars/Base")
except ZoneInfoNotFoundError as error: print(error)
print(len(available_timezones()) > 400, time.tzname, datetime.now().astimezone().utcoffset())
for action in (lambda: open("/none"), lambda: os.mkdir("/tmp"), lambda: os.rmdir("/usr")):
    try: action()
    except OSError as error: print(type(error).__name__, error, errno.errorcode[error.errno])
print(repr(OSError(2, "x")), os.strerror(13))
`,
    });
    expect(stderr).toBe('');
    expect(stdout).toBe(`2024-01-15T12:00:00+01:00 CET 0:00:00
2024-07-15T12:00:00+02:00 CEST 1:00:00
2024-01-15T12:00:00-05:00 EST 0:00:00
2024-07-15T12:00:00-04:00 EDT 1:00:00
2024-01-15T12:00:00+05:30 IST 0:00:00
2024-07-15T12:00:00+05:30 IST 0:00:00
2024-01-15T12:00:00+11:00 AEDT 1:00:00
2024-07-15T12:00:00+10:00 AEST 0:00:00
2024-01-15T12:00:00+00:00 UTC 0:00:00
2024-07-15T12:00:00+00:00 UTC 0:00:00
'No time zone found with key Mars/Base'
True ('UTC', 'UTC') 0:00:00
FileNotFoundError [Errno 2] No such file or directory: '/none' ENOENT
FileExistsError [Errno 17] File exists: '/tmp' EEXIST
OSError [Errno 39] Directory not empty: '/usr' ENOTEMPTY
FileNotFoundError(2, 'x') Permission denied
`);
  });
});
