import type { Wanted } from '../../../support/launcher/payload.ts';

interface Program extends Wanted {
  readonly name: string;
  readonly code: string;
}

const raising = (statement: string) =>
  `def f(x):\n    if x == 0:\n        ${statement}\n    f(x - 1)\n\n\ntry:\n    print("before")\n    f(2)\nfinally:\n    print("after")\n`;

/** Programs whose output and end must not differ from those of a Python started for them alone. */
export const PROGRAMS: readonly Program[] = [
  { name: 'an uncaught exception', code: raising('raise ValueError("no")') },
  {
    name: 'a chain of exceptions',
    code: 'try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise KeyError("k") from error\n',
  },
  { name: 'a syntax error', code: 'print("x")\nif True print(1)\n' },
  { name: 'an unknown encoding', code: '# -*- coding: no-such -*-\nprint("é")\n' },
  { name: 'Latin-1 source', code: '# -*- coding: latin-1 -*-\nprint(len("é"))\n' },
  { name: 'a recursion without end', code: 'def f(): f()\nf()\n' },
  { name: 'sys.exit with text', code: raising('__import__("sys").exit("gone wrong")') },
  { name: 'sys.exit with nothing', code: raising('__import__("sys").exit()') },
  { name: 'SystemExit with a number', code: raising('raise SystemExit(-1)') },
  { name: 'an interrupt', code: raising('raise KeyboardInterrupt') },
  {
    name: 'an interrupt by signal',
    code: 'import atexit, os, signal\natexit.register(print, "bye")\nos.kill(os.getpid(), signal.SIGINT)\nprint("never")\n',
  },
  {
    name: 'an exception group',
    code: 'try:\n    raise ExceptionGroup("two", [ValueError(1), TypeError(2)])\nexcept* ValueError as group:\n    print(repr(group))\n',
  },
  {
    name: 'its own excepthook',
    code: 'import sys\nsys.excepthook = lambda *a: print("hooked", a[1])\n1 / 0\n',
  },
  {
    name: 'the order of endings',
    code: `import atexit, sys, threading, time
class Kept:
    def __del__(self): print("finalized")
kept = Kept()
@atexit.register
def bye(): print("atexit", sys._getframe().f_back)
threading.Thread(target=lambda: (time.sleep(0.2), print("thread"))).start()
print("main")
sys.stdout.write("no newline")
`,
  },
  {
    name: 'a failing atexit and thread',
    code: 'import atexit, threading\natexit.register(lambda: 1 / 0)\nt = threading.Thread(target=lambda: [].pop(), name="T")\nt.start(); t.join()\nprint("end")\n',
  },
  {
    name: 'an error in a finalizer',
    code: 'class A:\n    def __del__(self): raise ValueError("late")\na = A()\ndel a\nprint("end")\n',
  },
  { name: 'a full stdout', code: 'import os\nos.close(1)\nprint("lost", end="")\n' },
  {
    name: 'what it can see of itself',
    code: `import inspect, os, signal, sys, threading, traceback, warnings
print({k: repr(v).split(" at 0x")[0] for k, v in sorted(globals().items()) if k not in ("inspect", "os", "signal", "sys", "threading", "traceback", "warnings")})
print(sys.argv, getattr(sys, "orig_argv", [])[-2:], sys.path[0], __file__, os.getcwd())
print(len(inspect.stack()), sys._getframe().f_back, threading.current_thread() is threading.main_thread(), threading.main_thread().name)
print([(s.name, signal.getsignal(s)) for s in signal.Signals if s.name in ("SIGINT", "SIGPIPE", "SIGTERM", "SIGHUP", "SIGCHLD")], signal.pthread_sigmask(signal.SIG_BLOCK, []))
print(sys.stdout.encoding, sys.stdout.errors, sys.stdin.encoding, sys.stdin.errors, sys.stderr.errors, sys.getrecursionlimit(), sys.flags.isolated, sys.flags.no_user_site)
print(sorted(os.environ))
traceback.print_stack()
warnings.warn("careful")
sys.stdout.flush()
`,
    args: ['a b', 'ü', ''],
  },
  {
    name: 'stdin',
    code: 'import sys\nprint(input("name? "), sys.stdin.read().split(), sys.stdin.isatty())\ntry: input()\nexcept EOFError as e: print(e)\n',
    stdin: 'Ann\nb c\nd',
  },
  {
    name: 'bytes and text mixed',
    code: 'import os, sys\nprint("a", flush=True)\nsys.stdout.buffer.write(b"b\\n")\nsys.stdout.flush()\nos.write(1, b"c\\n")\nprint("d", file=sys.stderr)\n',
  },
  {
    name: 'processes of all kinds',
    code: `import multiprocessing, os, subprocess, sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
def square(x): return x * x
if __name__ == "__main__":
    for kind in ("fork", "spawn", "forkserver"):
        with multiprocessing.get_context(kind).Pool(2) as pool: print(kind, pool.map(square, range(3)))
    with ProcessPoolExecutor(2) as executor: print(list(executor.map(square, range(3))))
    with ThreadPoolExecutor(2) as executor: print(list(executor.map(square, range(3))))
    print(subprocess.run([sys.executable, "-c", "import sys; print(sys.argv, input())", "x"], input="in", capture_output=True, text=True))
    sys.stdout.flush()
    os.system("echo from a shell; exit 3")
`,
  },
  {
    name: 'asyncio and its subprocesses',
    code: 'import asyncio\nasync def main():\n    p = await asyncio.create_subprocess_exec("echo", "hi", stdout=asyncio.subprocess.PIPE)\n    print(await p.communicate(), p.returncode)\n    await asyncio.sleep(0.01)\n    raise LookupError("async")\nasyncio.run(main())\n',
  },
  {
    name: 'files of its own',
    code: 'import sys\nimport helpers.text as t\nfrom data import VALUE\nprint(t.shout("hi"), VALUE, open("data/x.txt").read(), t.__file__)\n',
    files: [
      { path: 'helpers/text.py', content: 'def shout(s): return s.upper()\n' },
      { path: 'data.py', content: 'VALUE = 5\n' },
      { path: 'data/x.txt', content: 'text' },
    ],
  },
  {
    name: 'a file named like a module of the library',
    code: 'import random, json\nprint(random.WHO, json.dumps(1))\n',
    files: [{ path: 'random.py', content: 'WHO = "mine"\n' }],
  },
  {
    name: 'itself named like a module of the library',
    fileName: 'calendar.py',
    code: 'import sys\nprint("run")\nimport calendar\nprint(calendar is sys.modules["__main__"], calendar.__file__)\n',
  },
  {
    name: 'variables Python reads when it starts',
    code: 'import os, sys\nprint(hash("a"), sys.flags.hash_randomization, sys.path[1], sys.argv)\n',
    env: { PYTHONHASHSEED: '0', PYTHONPATH: '/nowhere' },
    args: ['x'],
  },
  {
    name: 'a time zone',
    code: 'import time, datetime\nprint(time.tzname, datetime.datetime.fromtimestamp(0))\n',
    env: { TZ: 'Asia/Tokyo' },
  },
  {
    name: 'pickles of its own classes',
    code: 'import pickle\nclass A: pass\nprint(type(pickle.loads(pickle.dumps(A()))), A.__module__)\n',
  },
  {
    name: 'logging with a stack',
    code: 'import logging\nlogging.basicConfig(format="%(levelname)s %(module)s %(lineno)d %(message)s")\nlogging.warning("w", stack_info=True)\n',
  },
  {
    name: 'a frozen program of another module',
    code: 'import runpy, sys\nsys.argv = ["x"]\nrunpy.run_module("this")\n',
  },
  {
    name: 'an import of itself',
    code: 'import sys\nprint(__name__)\nif __name__ == "__main__":\n    import main\n    print(main.__name__, main is sys.modules["__main__"])\n',
  },
];
