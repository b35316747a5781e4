import { beforeAll, describe, expect, test } from 'vitest';
import { pythonSnapshot, runPython } from './python.ts';

beforeAll(pythonSnapshot);

describe.concurrent('the sandbox', { timeout: 60_000 }, () => {
  test('is different in every run: random numbers, identifiers, file names', async () => {
    const code = `import os, random, secrets, tempfile, uuid
print(random.random(), random.Random().random(), random.SystemRandom().random(), uuid.uuid4(), uuid.uuid1().node,
      secrets.token_hex(), os.urandom(8).hex(), tempfile.mktemp(), tempfile.mkdtemp())`;
    const runs = await Promise.all([1, 2, 3].map(() => runPython({ code })));
    const values = runs.flatMap(({ stdout }) => stdout.trim().split(' '));
    expect(values).toHaveLength(27);
    expect(new Set(values).size, values.join('\n')).toBe(27);
  });

  test('says why it cannot start threads and processes or reach a network', async () => {
    const { stdout, stderr, exitCode } = await runPython({
      code: `import asyncio, concurrent.futures, multiprocessing, os, socket, subprocess, threading, urllib.request
async def in_thread():
    await asyncio.to_thread(print)
async def connection():
    await asyncio.get_running_loop().create_connection(asyncio.Protocol, "127.0.0.1", 1)
for action in (
    lambda: threading.Thread(target=print).start(),
    lambda: list(concurrent.futures.ThreadPoolExecutor().map(print, [1])),
    lambda: asyncio.run(in_thread()),
    lambda: multiprocessing.Process(target=print).start(),
    lambda: subprocess.run(["ls"]),
    lambda: os.fork(),
    lambda: socket.socket(),
    lambda: asyncio.run(connection()),
    lambda: socket.create_connection(("example.com", 80)),
    lambda: urllib.request.urlopen("http://example.com/"),
):
    try:
        action()
    except Exception as error:
        print(type(error).__name__, error)
`,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    const thread = /^RuntimeError can't start new thread: the embedded sandbox .* no threads$/;
    const process = /^(OSError|ImportError) .*processes are not available: the embedded sandbox/;
    const network =
      /^(OSError|gaierror|URLError) .*(sockets are not available|names cannot be resolved): the embedded sandbox .* without a network>?$/;
    const expected = [thread, thread, thread, process, process, process, network, network, network, network];
    expect(lines).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });

  test('shows a program nothing of what runs it', async () => {
    const { stdout } = await runPython({
      env: { GREETING: 'hi' },
      args: ['a', 'b c'],
      fileName: 'tool.py',
      code: `import os, sys
print(sorted(name for name in globals() if not name.startswith("__")))
print(sys.argv, sys.path[0], __file__, os.getcwd(), os.listdir(), __name__)
print(sorted(os.environ.items()))
print([name for name in sys.modules if "pyodide" in name or "podline" in name or name in ("js", "json", "random", "asyncio")])
for name in ("js", "pyodide", "pyodide_js", "_pyodide_core", "_pyodide", "micropip"):
    try: __import__(name)
    except ModuleNotFoundError as error: print(error)
try: open("/usr/local/lib/python3.14/os.py", "w")
except PermissionError as error: print(error)
print(os.path.exists("/program/warm_up.py"), os.listdir("/tmp"), os.path.expanduser("~"))
`,
    });
    expect(stdout.split('\n')).toEqual([
      "['os', 'sys']",
      "['tool.py', 'a', 'b c'] /program /program/tool.py /program ['tool.py'] __main__",
      expect.stringMatching(/^\[\('GREETING', 'hi'\), \('HOME', '\/home\/user'\), \('LANG', 'C.UTF-8'\), /),
      '[]',
      ...['js', 'pyodide', 'pyodide_js', '_pyodide_core', '_pyodide', 'micropip'].map(
        (name) => `No module named '${name}'`,
      ),
      "[Errno 13] Permission denied: '/usr/local/lib/python3.14/os.py'",
      'False [] /home/user',
      '',
    ]);
  });

  test("prefers a program's own files over the library's, also those the library has ready", async () => {
    const { stdout, stderr } = await runPython({
      code: 'import random, json, statistics\nprint(random.OWN, json.dumps([1]), statistics.OWN)',
      files: { 'random.py': 'OWN = 1\n', 'statistics/__init__.py': 'OWN = 2\n' },
    });
    expect({ stdout, stderr }).toEqual({ stdout: '1 [1] 2\n', stderr: '' });
  });

  test('sleeps without computing, and for as long as it is asked to', async () => {
    const { stdout } = await runPython({
      code: `import asyncio, select, threading, time
def measure(action):
    wall, cpu = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - wall
print([measure(action) >= 0.0499 for action in (
    lambda: time.sleep(0.05),
    lambda: asyncio.run(asyncio.sleep(0.05)),
    lambda: select.select([], [], [], 0.05),
)])
for bad in (-1, "x"):
    try: time.sleep(bad)
    except (ValueError, TypeError) as error: print(type(error).__name__)
print(time.sleep, time.sleep.__doc__ is not None)
`,
    });
    expect(stdout).toBe('[True, True, True]\nValueError\nTypeError\n<built-in function sleep> True\n');
  });

  test('handles signals a program sends to itself, also in an event loop', async () => {
    const { stdout } = await runPython({
      code: `import asyncio, os, signal
signal.signal(signal.SIGUSR1, lambda number, frame: print("handled", number))
os.kill(os.getpid(), signal.SIGUSR1)
async def main():
    event = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, event.set)
    signal.raise_signal(signal.SIGUSR2)
    await asyncio.wait_for(event.wait(), 10)
    return "woken"
print(asyncio.run(main()))
`,
    });
    expect(stdout).toBe('handled 10\nwoken\n');
  });
});
