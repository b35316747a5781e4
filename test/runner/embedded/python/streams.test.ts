import { beforeAll, describe, expect, test } from 'vitest';
import { pythonSnapshot, runPython } from './python.ts';

beforeAll(pythonSnapshot);

describe.concurrent('streams', { timeout: 60_000 }, () => {
  test.each([
    ['while it sleeps', 'import time\nprint("par", end="")\ntime.sleep(3600)'],
    ['while it computes', 'print("par", end="")\nwhile True: pass'],
    ['while it waits for input', 'import sys\nprint("par", end="")\nsys.stdin.read()'],
    ['while an event loop idles', 'import asyncio\nprint("par", end="")\nasyncio.run(asyncio.sleep(3600))'],
    ['as bytes', 'import sys, time\nsys.stdout.buffer.write(b"par")\ntime.sleep(3600)'],
  ])('text without a newline is seen %s', async (_title, code) => {
    const end = await runPython({
      code,
      onStdout: (text, process) => {
        if (text === 'par') process.kill();
      },
    });
    expect(end).toMatchObject({ signal: 'SIGKILL', stdout: 'par' });
  });

  test('a program talks with its stdin', async () => {
    const asked: string[] = [];
    const end = await runPython({
      code: 'while True:\n    try:\n        print("got", input("? "))\n    except EOFError:\n        print("end")\n        break\n',
      onStdout: (text, process) => {
        if (!text.endsWith('? ')) return;
        asked.push(text);
        if (asked.length < 3) process.write(`line ${asked.length}\n`);
        else process.endStdin();
      },
    });
    expect(end).toMatchObject({ exitCode: 0, stdout: '? got line 1\n? got line 2\n? end\n' });
  });

  test('stdout and stderr keep apart, and bytes are as they are', async () => {
    const end = await runPython({
      code: `import os, sys
print("out")
print("err", file=sys.stderr)
sys.stderr.write("no newline")
sys.stderr.flush()
sys.stdout.buffer.write(bytes([255, 0, 254]))
sys.stdout.flush()
os.write(2, b"\\xff")
sys.stdout.write(sys.stdin.buffer.read().decode("utf-8", "surrogateescape"))
`,
      stdin: Uint8Array.of(0x61, 0xff, 0x0a),
    });
    expect([...end.stdoutBytes]).toEqual([...Buffer.from('out\n'), 255, 0, 254, 0x61, 0xff, 0x0a]);
    expect(end.stderr).toBe('err\nno newline�');
  });

  test('a hundred thousand lines and one of ten million characters arrive whole', async () => {
    const end = await runPython({
      code: 'for n in range(100_000): print("line", n)\nprint("x" * 10_000_000)\n',
    });
    const lines = end.stdout.split('\n');
    expect(lines.slice(0, 100_000)).toEqual(Array.from({ length: 100_000 }, (_, n) => `line ${n}`));
    expect(lines[100_000]?.length).toBe(10_000_000);
  });

  test('closed and replaced streams do no harm', async () => {
    const end = await runPython({
      code: `import io, os, sys, time
original, sys.stdout = sys.stdout, io.StringIO()
print("captured")
sys.stdout = sys.stdout if False else original
print(sys.stdout is sys.__stdout__, sys.stdout.isatty(), sys.stdin.isatty())
sys.stdout.reconfigure(encoding="utf-16-le")
sys.stdout.write("A")
sys.stdout.reconfigure(encoding="utf-8")
copy = os.dup(1)
sys.stdout.close()
time.sleep(0.01)
os.write(copy, b"still there\\n")
try:
    print("closed")
except ValueError as error:
    os.write(2, str(error).encode())
`,
    });
    expect(end).toMatchObject({
      exitCode: 0,
      stdout: 'True False False\nA\0still there\n',
      stderr: 'I/O operation on closed file.',
    });
  });
});
