import { beforeAll, describe, expect, test } from 'vitest';
import { pythonSnapshot, runPython } from './python.ts';

beforeAll(pythonSnapshot);

describe.concurrent('a program ends', { timeout: 60_000 }, () => {
  const endings: readonly [title: string, code: string, exitCode: number, stdout: string, stderr: string][] =
    [
      ['by its last line', 'print("done")', 0, 'done\n', ''],
      ['by sys.exit()', 'import sys; sys.exit()', 0, '', ''],
      ['by sys.exit(None)', 'import sys; sys.exit(None)', 0, '', ''],
      ['by sys.exit with a number', 'import sys; sys.exit(7)', 7, '', ''],
      ['by sys.exit with a negative number', 'import sys; sys.exit(-1)', 255, '', ''],
      ['by sys.exit with a number over 255', 'import sys; sys.exit(300)', 44, '', ''],
      ['by sys.exit with a text', 'import sys; sys.exit("bad thing")', 1, '', 'bad thing\n'],
      ['by sys.exit with an object', 'import sys; sys.exit([1, 2])', 1, '', '[1, 2]\n'],
      ['by SystemExit', 'raise SystemExit(5)', 5, '', ''],
      ['by quit and exit', 'try:\n    quit(2)\nexcept SystemExit:\n    exit(3)', 3, '', ''],
      [
        'by os._exit, without atexit',
        'import atexit, os\natexit.register(print, "no")\nos._exit(9)',
        9,
        '',
        '',
      ],
      ['after finally', 'import sys\ntry:\n    sys.exit(2)\nfinally:\n    print("last")', 2, 'last\n', ''],
      [
        'through atexit',
        'import atexit\natexit.register(print, 1)\natexit.register(print, 2)',
        0,
        '2\n1\n',
        '',
      ],
      ['by os.abort', 'import os\nprint("a", flush=True)\nos.abort()', 134, 'a\n', ''],
      ['by a signal of its own', 'import os, signal\nos.kill(os.getpid(), signal.SIGTERM)', 143, '', ''],
      ['with what it held', 'class A:\n    def __del__(self): print("gone")\na = A()', 0, 'gone\n', ''],
      [
        'with text that waits for its line',
        'import sys\nprint("no newline", end="")\nsys.exit(1)',
        1,
        'no newline',
        '',
      ],
    ];
  test.each(endings)('%s', async (_title, code, exitCode, stdout, stderr) => {
    const end = await runPython({ code });
    expect({ exitCode: end.exitCode, stdout: end.stdout, stderr: end.stderr }).toEqual({
      exitCode,
      stdout,
      stderr,
    });
  });

  test('with a traceback that shows its own frames alone', async () => {
    const end = await runPython({
      fileName: 'job.py',
      code: 'import json\n\ndef load(text):\n    return json.loads(text)["a"] + 1 / 0\n\nload(\'{"a": 1}\')\n',
    });
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toBe(`Traceback (most recent call last):
  File "/program/job.py", line 6, in <module>
    load('{"a": 1}')
    ~~~~^^^^^^^^^^^^
  File "/program/job.py", line 4, in load
    return json.loads(text)["a"] + 1 / 0
                                   ~~^~~
ZeroDivisionError: division by zero
`);
  });

  test('with a chain of exceptions, a group and a note', async () => {
    const end = await runPython({
      code: `try:
    {}["k"]
except KeyError as cause:
    error = ExceptionGroup("both", [ValueError(1), TypeError("t")])
    error.add_note("noted")
    raise error from cause
`,
    });
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toBe(`Traceback (most recent call last):
  File "/program/main.py", line 2, in <module>
    {}["k"]
    ~~^^^^^
KeyError: 'k'

The above exception was the direct cause of the following exception:

  + Exception Group Traceback (most recent call last):
  |   File "/program/main.py", line 6, in <module>
  |     raise error from cause
  | ExceptionGroup: both (2 sub-exceptions)
  | noted
  +-+---------------- 1 ----------------
    | ValueError: 1
    +---------------- 2 ----------------
    | TypeError: t
    +------------------------------------
`);
  });

  test('with a syntax error before its first line', async () => {
    const end = await runPython({ code: 'print("never")\nif True\n    pass\n' });
    expect(end).toMatchObject({ exitCode: 1, stdout: '' });
    expect(end.stderr).toBe(
      '  File "/program/main.py", line 2\n    if True\n           ^\nSyntaxError: expected \':\'\n',
    );
  });

  test('interrupted, as a shell shows it', async () => {
    const end = await runPython({ code: 'raise KeyboardInterrupt' });
    expect(end.exitCode).toBe(130);
    expect(end.stderr).toMatch(/^Traceback [\s\S]*\nKeyboardInterrupt\n$/);
  });

  test('from outside, while it catches everything and never ends', async () => {
    const end = await runPython({
      code: 'print("on", flush=True)\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass\n',
      onStdout: (_text, process) => process.kill(),
    });
    expect(end).toMatchObject({ signal: 'SIGKILL', stdout: 'on\n' });
  });

  test('when its recursion goes too deep for the interpreter, in one sentence', async () => {
    const end = await runPython({
      code: 'items = []\nfor _ in range(3_000_000):\n    items = [items]\nprint("built", flush=True)\ndel items\n',
    });
    expect(end).toMatchObject({ exitCode: 134, stdout: 'built\n' });
    expect(end.stderr).toMatch(/^Fatal Python error: stack overflow: [^\n]+\n$/);
  });

  test('recursion within limits is an exception, and deep recursion of its own functions works', async () => {
    const end = await runPython({
      code: `import sys
def down(n): return 0 if n == 0 else 1 + down(n - 1)
class Loop:
    def __repr__(self): return repr(self)
for action in (lambda: down(-1), lambda: repr(Loop())):
    try: action()
    except RecursionError as error: print(str(error)[:32])
sys.setrecursionlimit(10**6)
print(down(100_000))
try: repr(Loop())
except RecursionError: print("caught")
try: bytearray(2**31 - 1)
except MemoryError: print("memory")
`,
    });
    expect(end.stderr).toBe('');
    expect(end.stdout).toBe(
      'maximum recursion depth exceeded\nmaximum recursion depth exceeded\n100000\ncaught\nmemory\n',
    );
  });
});
