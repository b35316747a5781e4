import { existsSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../support/launcher/frames.ts';
import { isAlive } from '../../../support/launcher/processes.ts';
import { LauncherSession, payloadLine } from '../../../support/launcher/session-launcher.ts';
import { eachLauncher } from './table.ts';

const kinds = (frames: readonly Frame[]): (string | number)[] =>
  frames.map((frame) => (frame.type === 'out' ? frame.n : frame.type));

eachLauncher(({ name, programs, start }) => {
  const printFile =
    name === 'python'
      ? 'print(open("note").read())'
      : 'console.log(require("fs").readFileSync("note", "utf8"))';
  const printVariables =
    name === 'python'
      ? 'import os\nprint(os.environ["A"], os.environ.get("B"))'
      : 'console.log(process.env.A, process.env.B)';

  describe('becoming a session', () => {
    test('its files are written, and what is not whole is refused', async () => {
      await using launcher = await start();
      const files = [{ path: 'a/note', content: Buffer.from('here').toString('base64') }];
      const line = payloadLine('session', 's', JSON.stringify({ files, env: [], epoch: 3 }));
      launcher.send(
        line.slice(0, -1),
        payloadLine('session', 's', JSON.stringify({ files, env: 1, epoch: 3 })),
      );
      await launcher.hello();
      expect(launcher.frames.filter(({ type }) => type === 'refused')).toHaveLength(2);
      expect(await launcher.hello()).not.toHaveProperty('session');
      launcher.send(line);
      expect(await launcher.frame(({ type }) => type === 'session')).toEqual({ type: 'session', id: 's' });
      expect(existsSync(join(launcher.directory, 'a/note'))).toBe(true);
      expect(await launcher.hello()).toMatchObject({
        state: 'waiting',
        session: 's',
        epoch: 3,
        run: 0,
        id: null,
      });
    });

    test('the same again is answered again, another one is not', async () => {
      await using launcher = await start();
      const line = (id: string): string =>
        payloadLine('session', id, JSON.stringify({ files: [], env: [], epoch: 1 }));
      launcher.send(line('s'), line('other'), line('s'), 'epoch 7', 'epoch 5');
      expect(await launcher.hello()).toMatchObject({ session: 's', epoch: 7 });
      expect(launcher.frames.filter(({ type }) => type === 'session')).toEqual(
        Array(2).fill({ type: 'session', id: 's' }),
      );
    });

    test('a file that cannot be written is named', async () => {
      await using launcher = await start();
      const files = [{ path: 'a/../../b', content: '' }];
      launcher.send(payloadLine('session', 's', JSON.stringify({ files, env: [], epoch: 1 })));
      expect(await launcher.frame(({ type }) => type === 'session')).toMatchObject({
        problem: 'a/../../b: not inside the working directory',
      });
    });

    test('not any more once a program was run', async () => {
      await using launcher = await start();
      await launcher.result(programs.hello);
      launcher.send(payloadLine('session', 's', JSON.stringify({ files: [], env: [], epoch: 1 })));
      expect(await launcher.hello()).not.toHaveProperty('session');
    });
  });

  describe('one run after the other', () => {
    test('each has its own numbers, and finds the files that the last one left', async () => {
      await using session = await LauncherSession.open(name, { files: [{ path: 'note', content: 'first' }] });
      expect(await session.run(printFile)).toMatchObject({
        stdout: 'first\n',
        end: { r: 1, last: 1, exitCode: 0 },
      });
      const { end } = await session.run(programs.hello, { files: [{ path: 'note', content: 'second' }] });
      expect(end).toMatchObject({ r: 2, last: 1, cause: 'exit', exitCode: 0, stateLost: false });
      expect(await session.run(printFile)).toMatchObject({ stdout: 'second\n', stderr: '' });
      expect(await session.launcher.hello()).toMatchObject({ state: 'ended', id: 'run-3', run: 3, last: 1 });
      session.launcher.send('done 2', 'done 3');
      expect(await session.launcher.hello()).toMatchObject({ state: 'waiting', id: null, run: 3, last: 0 });
    });

    test('variables are those of the session and of the run', async () => {
      await using session = await LauncherSession.open(name, { env: { A: 'session', B: 'session' } });
      expect((await session.run(printVariables, { env: { B: 'run' } })).stdout).toBe('session run\n');
      expect((await session.run(printVariables)).stdout).toBe('session session\n');
    });

    test('a repeated run, one out of turn and one of a former server are not started', async () => {
      await using session = await LauncherSession.open(name);
      await session.run(programs.hello);
      const { launcher } = session;
      launcher.send(session.line(programs.leavesFile, {}, 1), session.line(programs.leavesFile, {}, 3));
      launcher.send('epoch 5', session.line(programs.leavesFile, { epoch: 4 }, 2));
      expect(await launcher.hello()).toMatchObject({ run: 1, state: 'ended', epoch: 5 });
      expect((await session.run(programs.hello, { epoch: 5 })).stdout).toBe('hello\n');
      expect(existsSync(join(launcher.directory, 'started'))).toBe(false);
    });

    test('what is about another run is ignored', async () => {
      await using session = await LauncherSession.open(name);
      await session.run(programs.hello);
      session.begin(programs.waits);
      await session.printed('on\n');
      session.launcher.send(
        'stop cancelled 0 1',
        'stop cancelled 0',
        'done 2',
        'interrupt 1 1',
        'ack 1 1',
        'bye 2',
      );
      session.launcher.send('hello a 0 1');
      expect(await session.launcher.hello()).toMatchObject({ state: 'running', run: 2 });
      session.launcher.send('stop cancelled 0 2');
      expect(await session.end()).toMatchObject({ cause: 'cancelled', r: 2 });
      const again = session.launcher.frames.length;
      session.launcher.send('hello b 0 2');
      await session.launcher.frame(({ type }) => type === 'end', again);
      expect(kinds(session.launcher.frames.slice(again))).toEqual(['ready', 'start', 1, 'end']);
    });

    test('each has its own limits', async () => {
      await using session = await LauncherSession.open(name);
      expect((await session.run(programs.waits, { timeoutMs: 300 })).end).toMatchObject({ cause: 'timeout' });
      const { end } = await session.run(programs.writes('x', 50_000), { outputBytes: 20_000 });
      expect(end).toMatchObject({ cause: 'output', truncated: true });
      expect((await session.run(programs.hello)).stdout).toBe('hello\n');
    });

    test('the files that it leaves are its own, of a cell too', async () => {
      await using session = await LauncherSession.open(name, { files: [{ path: 'note', content: 'given' }] });
      const leaves = (path: string): string =>
        name === 'python'
          ? `f = open("${path}", "w"); f.write("left"); f.close()`
          : `require("fs").writeFileSync("${path}", "left")`;
      for (const context of [undefined, undefined, 'main', 'main']) {
        const path = `left-${session.number + 1}`;
        const files = [{ path: `given-${path}`, content: 'given' }];
        await session.run(leaves(path), {
          files,
          outputFiles: ['**'],
          ...(context !== undefined && { context }),
        });
        const { launcher, number } = session;
        const from = launcher.frames.length;
        launcher.send(`files run-${number} 0`);
        const told = await launcher.frame(({ type }: { readonly type: string }) => type === 'files', from);
        expect(told).toMatchObject({ id: `run-${number}`, total: 1, entries: [{ path, bytes: 4 }] });
      }
    });

    test('an interrupt and an open stdin are of the run under way', async () => {
      await using session = await LauncherSession.open(name);
      for (let run = 1; run <= 2; run += 1) {
        session.begin(programs.echoes, { stdinOpen: true });
        await session.printed('on\n');
        session.launcher.send(
          `stdin 0 ${Buffer.from('asked\n').toString('base64')} ${run}`,
          `stdin-end 6 ${run}`,
        );
        expect(await session.end()).toMatchObject({ cause: 'exit', exitCode: 0 });
        expect(
          session
            .frames()
            .map(({ d }) => d)
            .join(''),
        ).toBe('on\nasked\nend\n');
      }
      session.begin(programs.countsInterrupts);
      await session.printed('on\n');
      session.launcher.send('interrupt 1 3');
      await session.printed('interrupted\n');
      session.launcher.send('stop cancelled 0 3');
      await session.end();
    });

    test('what one has left running ends with it', async () => {
      await using session = await LauncherSession.open(name);
      const { stdout } = await session.run(programs.leavesProcess);
      if (name === 'python') expect(await isAlive(Number(stdout))).toBe(false);
      expect((await session.run(programs.hello)).stdout).toBe('hello\n');
    });

    test('a named pipe or a link in the place of a file holds up nothing', async () => {
      await using session = await LauncherSession.open(name);
      await writeFile(join(session.launcher.directory, 'kept'), 'kept');
      await symlink('kept', join(session.launcher.directory, 'link'));
      const mkfifo =
        name === 'python'
          ? 'import os; os.mkfifo("pipe")'
          : 'require("child_process").execSync("mkfifo pipe")';
      await session.run(mkfifo);
      const files = ['pipe', 'link', 'note'].map((path) => ({ path, content: 'new' }));
      expect((await session.run(printFile, { files })).stdout).toBe('new\n');
    });

    test('a program that kills all it can kills no session', async () => {
      await using session = await LauncherSession.open(name);
      const kills =
        name === 'python'
          ? `import os
parents = {}
for n in filter(str.isdigit, os.listdir("/proc")):
    try: parents[int(n)] = int(open(f"/proc/{n}/stat").read().rpartition(")")[2].split()[1])
    except OSError: pass
for n, parent in parents.items():
    if parent == os.getppid() and n != os.getpid(): os.kill(n, 9)
os.kill(os.getpid(), 9)`
          : 'process.kill(process.pid, "SIGKILL")';
      expect((await session.run(kills)).end).toMatchObject({ cause: 'signal', signal: 'SIGKILL' });
      expect((await session.run(programs.hello)).stdout).toBe('hello\n');
      expect((await session.run(programs.hello)).stdout).toBe('hello\n');
    });

    test('other languages by their scripts', async () => {
      await using session = await LauncherSession.open(name, { shell: name === 'javascript' });
      const script = 'cat note main.sh; exec sh main.sh';
      const wanted = {
        language: 'bash',
        fileName: 'main.sh',
        script,
        files: [{ path: 'note', content: 'a\n' }],
      };
      for (let run = 1; run <= 3; run += 1) {
        expect((await session.run(`echo ${run}`, wanted)).stdout).toBe(`a\necho ${run}${run}\n`);
      }
      const compile = { timeoutMs: 5000, memoryMb: 256, outputBytes: 10_000 };
      const compiled = 'echo compiling >&2; echo "compiled 0" >&3; read line <&5; exec sh main.sh 3>&- 5<&-';
      const { end, stdout } = await session.run('echo made', { ...wanted, script: compiled, compile });
      expect(end).toMatchObject({ cause: 'exit', exitCode: 0, compile: { exitCode: 0 } });
      expect(stdout).toBe('made\n');
    });
  });

  describe('how it ends', () => {
    test('bye ends what runs', async () => {
      await using session = await LauncherSession.open(name);
      session.begin(programs.waits);
      await session.printed('on\n');
      session.launcher.send('bye');
      expect(await session.launcher.exited).toEqual({ code: 0, signal: null });
    });

    test('without a line from any server it goes, but not while something runs', async () => {
      await using session = await LauncherSession.open(name, { lingerMs: 700 });
      session.begin(name === 'python' ? 'import time; time.sleep(1.5)' : 'setTimeout(() => {}, 1500)');
      expect(await session.end()).toMatchObject({ cause: 'exit' });
      expect(await session.launcher.exited).toEqual({ code: 0, signal: null });
    });

    test('SIGTERM stops what runs', async () => {
      await using session = await LauncherSession.open(name);
      session.begin(programs.ignoresTerm);
      await session.printed('on\n');
      session.launcher.process.kill('SIGTERM');
      expect(await session.end()).toMatchObject({ cause: 'terminated' });
      expect(await session.launcher.exited).toEqual({ code: 143, signal: null });
    });

    test('the memory bound ends the session', async () => {
      await using session = await LauncherSession.open(name);
      const eats =
        name === 'python'
          ? 'import time\na = [b"x" * 1000000 for _ in range(400)]\ntime.sleep(60)'
          : 'globalThis.a = Array.from({ length: 400 }, () => Buffer.alloc(1e6, 1)); setInterval(() => {}, 1000)';
      expect((await session.run(eats, { memoryMb: 128 })).end).toMatchObject({ cause: 'memory' });
      expect(await session.launcher.hello()).toMatchObject({ lost: 'memory' });
      session.begin(programs.hello);
      expect(await session.launcher.hello()).toMatchObject({ state: 'ended', run: 1 });
    });
  });
});
