import { describe, expect, test } from 'vitest';
import { until } from '../../../service/support/until.ts';
import { isAlive } from '../../../support/launcher/processes.ts';
import { displaysOf, LauncherSession } from '../../../support/launcher/session-launcher.ts';
import { eachLauncher } from './table.ts';

/** Cells that do the same in each launcher's language. */
const CELLS = {
  python: {
    sets: 'x = 41\nprint("set")',
    uses: 'x + 1',
    raises: 'def f():\n    raise ValueError("wrong")\nf()',
    message: /File "<cell \d+>", line 3.*ValueError: wrong/s,
    asks: 'answer = input("? ")\nprint("got", answer)',
    waits: 'import time\nprint("on", flush=True)\ntime.sleep(600)',
    ignores: `import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
print("on", flush=True)
while True: time.sleep(0.1)`,
    displays:
      'print("before")\ndisplay({"text/html": "<b>é</b>", "text/plain": "b"}, raw=True)\nprint("after")\n"é" * 3',
    displaysMuch: (length: number) =>
      `display({"text/plain": "much", "text/html": '"' * ${length}}, raw=True)`,
    result: "'ééé'",
    exits: 'import os\nos._exit(3)',
    arguments: 'import sys, os\nprint(sys.argv, os.environ["A"], os.environ["B"])',
    argumentsPrinted: "['main.py', 'a b'] session run\n",
    file: 'print(open("note").read())',
    prints: (length: number) => `print("x" * ${length})`,
    eats: 'a = [b"x" * 1000000 for _ in range(400)]\nimport time\ntime.sleep(60)',
    startsProcess: 'import subprocess\np = subprocess.Popen(["sleep", "600"])\nprint(p.pid)',
    stray: `import threading, time
def later():
    time.sleep(0.3)
    print("stray", flush=True)
t = threading.Thread(target=later); t.start()`,
    joins: 't.join()\nprint("joined")',
  },
  javascript: {
    sets: 'const x = 41; console.log("set")',
    uses: 'x + 1',
    raises: 'function f() {\n  throw new TypeError("wrong");\n}\nf()',
    message: /TypeError: wrong.*cell-\d+:2/s,
    asks: 'const answer = prompt("?"); if (answer === null) throw new Error("none"); console.log("got", answer)',
    waits: 'console.log("on"); await new Promise(() => setInterval(() => {}, 1000))',
    ignores: 'console.log("on"); require("child_process").execSync("sleep 600")',
    displays:
      'console.log("before"); display({ "text/html": "<b>é</b>", "text/plain": "b" }); console.log("after"); "é".repeat(3)',
    displaysMuch: (length: number) => `display({ "text/plain": "much", "text/html": '"'.repeat(${length}) })`,
    result: "'ééé'",
    exits: 'process.exit(3)',
    arguments: 'console.log(process.argv.slice(2), process.env.A, process.env.B)',
    argumentsPrinted: "[ 'a b' ] session run\n",
    file: 'console.log(require("fs").readFileSync("note", "utf8"))',
    prints: (length: number) => `console.log("x".repeat(${length}))`,
    eats: 'globalThis.a = Array.from({ length: 400 }, () => Buffer.alloc(1e6, 1)); await new Promise(() => setInterval(() => {}, 1000))',
    startsProcess:
      'const p = require("child_process").spawn("sleep", ["600"]); console.log(p.pid); undefined',
    stray:
      'globalThis.t = new Promise((resolve) => setTimeout(() => { console.log("stray"); resolve(); }, 300)); undefined',
    joins: 'await t; console.log("joined")',
  },
} as const;

/** Resolves when a process that was killed has ended. */
const isGone = (pid: number) =>
  until(
    `process ${pid} has ended`,
    () => isAlive(pid),
    (alive) => !alive,
  );

eachLauncher(({ name, programs }) => {
  const cells = CELLS[name];
  const context = 'main';

  describe('cells', () => {
    test('find the variables of those before; the value of the last expression is displayed', async () => {
      await using session = await LauncherSession.open(name);
      const first = await session.run(cells.sets, { context });
      expect(first).toMatchObject({ stdout: 'set\n', stderr: '', displays: [] });
      expect(first.end).toMatchObject({
        cause: 'exit',
        exitCode: 0,
        signal: null,
        stateLost: false,
        r: 1,
        last: 1,
      });
      const second = await session.run(cells.uses, { context });
      expect(second.displays).toEqual([{ text: '42', parts: [], isResult: true }]);
      expect(second.end).toMatchObject({ cause: 'exit', exitCode: 0, r: 2, last: 1 });
    });

    test('of another name know nothing of them, and stay beside fresh processes', async () => {
      await using session = await LauncherSession.open(name);
      await session.run(cells.sets, { context });
      expect((await session.run(cells.uses, { context: 'other' })).end).toMatchObject({ exitCode: 1 });
      expect((await session.run(programs.hello)).stdout).toBe('hello\n');
      expect((await session.run(cells.uses, { context })).displays).toMatchObject([{ text: '42' }]);
    });

    test('that raise say where, and lose nothing', async () => {
      await using session = await LauncherSession.open(name);
      await session.run(cells.sets, { context });
      const { end, stderr } = await session.run(cells.raises, { context });
      expect(end).toMatchObject({ cause: 'exit', exitCode: 1, stateLost: false });
      expect(stderr).toMatch(cells.message);
      expect((await session.run(cells.uses, { context })).displays).toMatchObject([{ text: '42' }]);
    });

    test('have their own stdin, arguments, variables and files', async () => {
      await using session = await LauncherSession.open(name, { env: { A: 'session' } });
      session.begin(cells.asks, { context, stdinOpen: true });
      await session.printed('? ');
      session.launcher.send(`stdin 0 ${Buffer.from('42\n').toString('base64')} 1`);
      await session.end();
      expect(
        session
          .frames()
          .map(({ d }) => d)
          .join(''),
      ).toBe('? got 42\n');
      // What was not read is not the next cell's.
      await session.run(cells.sets, { context, stdin: 'left' });
      expect((await session.run(cells.asks, { context, stdin: 'right\n' })).stdout).toBe('? got right\n');
      expect((await session.run(cells.asks, { context })).end).toMatchObject({ exitCode: 1 });
      const { stdout } = await session.run(cells.arguments, { context, args: ['a b'], env: { B: 'run' } });
      expect(stdout).toBe(cells.argumentsPrinted);
      const files = [{ path: 'note', content: 'here' }];
      expect((await session.run(cells.file, { context, files })).stdout).toBe('here\n');
      const outside = await session.run(cells.sets, { context, files: [{ path: '../a', content: '' }] });
      expect(outside).toMatchObject({
        end: { exitCode: 1, stateLost: false },
        stderr: expect.stringMatching('not inside'),
      });
      expect((await session.run(cells.uses, { context })).displays).toMatchObject([{ text: '42' }]);
    });

    test('display in order with what they print', async () => {
      await using session = await LauncherSession.open(name);
      await session.run(cells.displays, { context });
      const frames = session.frames();
      expect(frames.map(({ s }) => s)).toEqual([1, 3, 1, 3]);
      expect(frames.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
      expect(displaysOf(frames)).toEqual([
        {
          text: 'b',
          parts: [{ mediaType: 'text/html', data: '<b>é</b>', isBase64: false }],
          isResult: false,
        },
        { text: cells.result, parts: [], isResult: true },
      ]);
    });

    test('what does not fit a frame comes in pieces, and is held, repeated and acknowledged as one chunk', async () => {
      await using session = await LauncherSession.open(name);
      const length = 500_000;
      const { displays, end } = await session.run(cells.displaysMuch(length), { context });
      expect(displays).toMatchObject([{ text: 'much', parts: [{ data: '"'.repeat(length) }] }]);
      expect(end).toMatchObject({ last: 1 });
      const pieces = session.frames().length;
      const { launcher } = session;
      launcher.send('hello a 0 1');
      await launcher.until(() => session.frames().length === 2 * pieces || undefined);
      launcher.send('ack 1 1', 'hello b 0 1');
      await launcher.hello();
      expect(session.frames()).toHaveLength(2 * pieces);
      expect(session.frames().slice(0, pieces)).toEqual(session.frames().slice(pieces));
    });

    test('a display beyond the output limit is dropped whole', async () => {
      await using session = await LauncherSession.open(name);
      const { displays, end } = await session.run(cells.displaysMuch(5000), { context, outputBytes: 4000 });
      expect(displays).toEqual([]);
      expect(end).toMatchObject({ cause: 'output', truncated: true });
    });

    test('the output limit interrupts, and the state stays', async () => {
      await using session = await LauncherSession.open(name);
      await session.run(cells.sets, { context });
      const { end, stdout } = await session.run(cells.prints(1_000_000), { context, outputBytes: 30_000 });
      expect(end).toMatchObject({ cause: 'output', truncated: true, stateLost: false });
      expect(stdout).toHaveLength(30_000);
      expect((await session.run(cells.uses, { context })).displays).toMatchObject([{ text: '42' }]);
    });

    test.each(['interrupt', 'stop', 'timeout'])('%s: the state stays', async (way) => {
      await using session = await LauncherSession.open(name);
      await session.run(cells.sets, { context });
      session.begin(cells.waits, { context, ...(way === 'timeout' && { timeoutMs: 500 }) });
      await session.printed('on\n');
      if (way === 'interrupt') session.launcher.send('interrupt 1 2');
      if (way === 'stop') session.launcher.send('stop cancelled 5000 2');
      const cause = { interrupt: 'exit', stop: 'cancelled', timeout: 'timeout' }[way];
      const exitCode = way === 'interrupt' ? 130 : null;
      expect(await session.end()).toMatchObject({ cause, exitCode, stateLost: false });
      expect((await session.run(cells.uses, { context })).displays).toMatchObject([{ text: '42' }]);
    });

    test('an interrupt that comes before the cell has begun is its own', async () => {
      await using session = await LauncherSession.open(name);
      session.begin(cells.waits, { context });
      session.launcher.send('interrupt 1 1');
      expect(await session.end()).toMatchObject({ cause: 'exit', exitCode: 130 });
    });

    test('one that cannot be interrupted is killed after the grace, and its state is lost', async () => {
      await using session = await LauncherSession.open(name);
      await session.run(cells.sets, { context });
      await session.run(cells.sets, { context: 'other' });
      session.begin(cells.ignores, { context });
      await session.printed('on\n');
      session.launcher.send('stop cancelled 300 3');
      expect(await session.end()).toMatchObject({ cause: 'cancelled', stateLost: true });
      expect((await session.run(cells.uses, { context })).end).toMatchObject({
        exitCode: 1,
        stateLost: false,
      });
      expect((await session.run(cells.uses, { context: 'other' })).displays).toMatchObject([{ text: '42' }]);
    });

    test('one whose interpreter ends ends as that does', async () => {
      await using session = await LauncherSession.open(name);
      await session.run(cells.sets, { context });
      expect((await session.run(cells.exits, { context })).end).toMatchObject({
        cause: 'exit',
        exitCode: 3,
        stateLost: true,
      });
      expect((await session.run(cells.sets, { context })).end).toMatchObject({
        exitCode: 0,
        stateLost: false,
      });
    });

    test('what a cell has started stays, until its interpreter goes', async () => {
      await using session = await LauncherSession.open(name);
      const pid = Number((await session.run(cells.startsProcess, { context })).stdout);
      await session.run(programs.hello);
      expect(await isAlive(pid)).toBe(true);
      expect(await session.run(cells.exits, { context })).toMatchObject({ stdout: '', stderr: '' });
      await isGone(pid);
    });

    test('an interpreter that ends between two cells is missed by the next one', async () => {
      await using session = await LauncherSession.open(name);
      await session.run(cells.sets, { context });
      const kills =
        name === 'javascript'
          ? `const children = require('fs').readFileSync(\`/proc/\${process.ppid}/task/\${process.ppid}/children\`, 'utf8');
for (const n of children.trim().split(' ').map(Number)) if (n !== process.pid) { process.kill(n, 9); console.log(n); }`
          : `import os
for n in filter(str.isdigit, os.listdir("/proc")):
    try:
        if int(n) != os.getpid() and b"cells.py" in open(f"/proc/{n}/cmdline", "rb").read() and os.readlink(f"/proc/{n}/cwd") == os.getcwd(): os.kill(int(n), 9); print(n)
    except OSError: pass`;
      const killed = (await session.run(kills)).stdout.trim().split('\n');
      expect(killed).not.toEqual(['']);
      for (const pid of killed) await isGone(Number(pid));
      const { end } = await session.run(cells.uses, { context });
      expect(end).toMatchObject({ exitCode: 1, stateLost: true });
      expect((await session.run(cells.sets, { context })).end).toMatchObject({
        exitCode: 0,
        stateLost: false,
      });
    });

    test('what is printed between two cells is the next one’s', async () => {
      await using session = await LauncherSession.open(name);
      await session.run(cells.stray, { context });
      expect((await session.run(cells.joins, { context })).stdout).toBe('stray\njoined\n');
    });

    test('their memory is the session’s', async () => {
      await using session = await LauncherSession.open(name);
      expect((await session.run(cells.eats, { context, memoryMb: 128 })).end).toMatchObject({
        cause: 'memory',
        stateLost: true,
      });
      expect(await session.launcher.hello()).toMatchObject({ lost: 'memory' });
    });

    /** How a cell finds the token is the interpreter's own affair; what the launcher reads is the same. */
    if (name === 'python')
      test('messages that a cell forges are about itself alone', async () => {
        await using session = await LauncherSession.open(name);
        const forges = `import os, sys, gc
token = next(o for o in gc.get_objects() if type(o).__name__ == "Messages")._token.decode()
def send(text):
    data = text.encode()
    os.write(1, (token + "11%04x" % len(data)).encode() + data)
for text in ["", "{", "[]", "null", '{"type":"display"}', '{"type":"display","text":1,"parts":[[]]}', '{"type":"ended","number":"x"}',
             '{"type":"ended","number":1e999}', '{"type":"ended","number":99,"exitCode":0}', '{"type":"what"}', "[" * 3000]: send(text)
os.write(1, (token + "11zzzz").encode())
print("end")`;
        const { end, stdout } = await session.run(forges, { context });
        expect(end).toMatchObject({ cause: 'exit', exitCode: 0 });
        expect(stdout).toContain('end\n');
      });
  });
});
