import { createHash } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMPILE_LIMITS } from '../../../../src/runner/languages/language.ts';
import type { FileFrame, FilesFrame, Frame } from '../../../support/launcher/frames.ts';
import type { TestLauncher } from '../../../support/launcher/launchers.ts';
import { LauncherSession } from '../../../support/launcher/session-launcher.ts';
import { eachLauncher } from './table.ts';

const MiB = 1024 * 1024;
const ALL = { outputFiles: ['**'] };

/** What an end may say of how many there are: it may still look, on a machine that is busy. */
const told = (count: number): unknown =>
  expect.toSatisfy((files: unknown) => files === count || files === null);

const isFiles = (frame: Frame): frame is FilesFrame => frame.type === 'files';
const isFile = (frame: Frame): frame is FileFrame => frame.type === 'file';

/** All that it tells of, page by page. */
async function list(launcher: TestLauncher, id = 'run-1'): Promise<FilesFrame['entries']> {
  const entries: FilesFrame['entries'][number][] = [];
  for (;;) {
    const since = launcher.frames.length;
    launcher.send(`files ${id} ${entries.length}`);
    const page = (await launcher.frame(
      (frame) => isFiles(frame) && frame.from === entries.length,
      since,
    )) as FilesFrame;
    entries.push(...page.entries);
    if (entries.length >= page.total) return entries;
  }
}

/** The parts that it sends of a range, up to its end or that of the file. */
async function read(launcher: TestLauncher, index: number, from: number, to: number): Promise<FileFrame[]> {
  const since = launcher.frames.length;
  launcher.send(`read run-1 ${index} ${from} ${to}`);
  return await launcher.until(() => {
    const parts = launcher.frames.slice(since).filter(isFile);
    const last = parts.at(-1);
    const isWhole = last !== undefined && (last.d === undefined || last.d === '' || endOf(last) >= to);
    return isWhole ? parts : undefined;
  });
}

const bytesOf = ({ d = '' }: FileFrame): Buffer => Buffer.from(d, 'base64');
const endOf = (part: FileFrame): number => part.at + bytesOf(part).length;

async function content(launcher: TestLauncher, index: number, bytes: number): Promise<Buffer> {
  let whole = Buffer.alloc(0);
  while (whole.length < bytes) {
    const parts = await read(launcher, index, whole.length, Math.min(bytes, whole.length + MiB));
    const more = Buffer.concat(parts.map(bytesOf));
    if (more.length === 0) break;
    whole = Buffer.concat([whole, more]);
  }
  return whole;
}

eachLauncher(({ name, start }) => {
  /** A program that has a shell do something. */
  const shell = (script: string): string =>
    name === 'python'
      ? `import subprocess, sys\nsys.exit(subprocess.run(["sh", "-c", ${JSON.stringify(script)}]).returncode)`
      : `process.exit(require("child_process").spawnSync("sh", ["-c", ${JSON.stringify(script)}], { stdio: "inherit" }).status)`;

  describe('files that a program leaves', () => {
    test('are told of in the order of their paths, without what was given and left alone', async () => {
      await using launcher = await start();
      const files = ['given', 'changed', 'replaced', 'deep/er/given'].map((path) => ({ path, content: '1' }));
      const script = `mkdir -p a/b; printf 12 >a/b/c; printf '' >empty; printf ä >'ä'; printf x >"a
b"; printf 2 >changed; printf 3 >new; mv new replaced; touch given2; mkdir folder`;
      const { end } = await launcher.result(shell(script), { ...ALL, files });
      expect(end).toMatchObject({ cause: 'exit', exitCode: 0, files: told(7) });
      expect(await list(launcher)).toEqual([
        { path: 'a\nb', bytes: 1 },
        { path: 'a/b/c', bytes: 2 },
        { path: 'changed', bytes: 1 },
        { path: 'empty', bytes: 0 },
        { path: 'given2', bytes: 0 },
        { path: 'replaced', bytes: 1 },
        { path: 'ä', bytes: 2 },
      ]);
    });

    test('come byte for byte, in any ranges', async () => {
      await using launcher = await start();
      const script = 'head -c 3000001 /dev/urandom >bytes; sha256sum bytes | cut -c -64';
      const { stdout } = await launcher.result(shell(script), ALL);
      expect(await list(launcher)).toEqual([{ path: 'bytes', bytes: 3_000_001 }]);
      const whole = await content(launcher, 0, 3_000_001);
      expect(`${createHash('sha256').update(whole).digest('hex')}\n`).toBe(stdout);
      const some = await read(launcher, 0, 12_345, 50_000);
      expect(some[0]?.at).toBe(12_345);
      expect(Buffer.concat(some.map(bytesOf)).equals(whole.subarray(12_345, 50_000))).toBe(true);
      // No more than 1 MiB at once, and behind its end nothing.
      const since = launcher.frames.length;
      launcher.send('read run-1 0 0 3000001');
      const isLast = (frame: Frame): boolean => isFile(frame) && endOf(frame) === MiB;
      await launcher.until(() => launcher.frames.slice(since).find(isLast));
      await launcher.hello();
      expect(launcher.frames.findLast(isFile)).toSatisfy(isLast);
      expect((await read(launcher, 0, 2_999_999, 3_100_000)).map(({ d }) => d)).toEqual([
        whole.subarray(-2).toString('base64'),
        '',
      ]);
    });

    test('a range that goes on where the one before it ends is added, any other takes its place', async () => {
      await using launcher = await start();
      await launcher.result(shell('head -c 1000000 /dev/urandom >a; head -c 100000 /dev/urandom >b'), ALL);
      await list(launcher);
      launcher.process.stdout.pause();
      launcher.send('read run-1 0 0 400000', 'read run-1 0 400000 500000', 'hello x');
      launcher.process.stdout.resume();
      await launcher.until(
        () => launcher.frames.some((frame) => isFile(frame) && endOf(frame) === 500_000) || undefined,
      );
      const parts = launcher.frames.filter(isFile);
      for (const [index, part] of parts.entries())
        expect(part.at).toBe(index === 0 ? 0 : endOf(parts[index - 1] as FileFrame));
      const since = launcher.frames.length;
      launcher.send('read run-1 0 0 900000', 'read run-1 1 5 10');
      await launcher.until(() =>
        launcher.frames.slice(since).find((frame) => isFile(frame) && frame.index === 1),
      );
      await launcher.hello();
      expect(launcher.frames.slice(since).filter((frame) => isFile(frame) && frame.index === 1)).toHaveLength(
        1,
      );
      expect(launcher.frames.slice(since).some((frame) => isFile(frame) && endOf(frame) === 900_000)).toBe(
        false,
      );
    });

    test('are those that the globs match; without globs there are none', async () => {
      const script =
        'mkdir -p out/x .h; for f in a.csv a.png out/b.csv out/x/c.csv .h/d.csv; do printf 1 >$f; done';
      const paths = async (outputFiles: readonly string[]): Promise<readonly string[]> => {
        await using launcher = await start();
        const { end } = await launcher.result(shell(script), { outputFiles });
        const entries = await list(launcher);
        expect(end.files).toEqual(outputFiles.length === 0 ? undefined : told(entries.length));
        return entries.map(({ path }) => path);
      };
      const globs = [['*.csv', 'out/**'], ['**/[!a].{csv,txt}'], ['?.png'], []];
      expect(await Promise.all(globs.map(paths))).toEqual([
        ['a.csv', 'out/b.csv', 'out/x/c.csv'],
        ['.h/d.csv', 'out/b.csv', 'out/x/c.csv'],
        ['a.png'],
        [],
      ]);
    });

    test('whatever the end was', async () => {
      const script = 'printf 1 >left; echo on; exec sleep 60';
      const late = async (): Promise<void> => {
        await using launcher = await start();
        const { end } = await launcher.result(shell(script), { ...ALL, timeoutMs: 1500 });
        expect(end).toMatchObject({ cause: 'timeout', files: told(1) });
      };
      const stopped = async (): Promise<void> => {
        await using launcher = await start();
        launcher.run(shell(script), ALL);
        await launcher.printed('on\n');
        launcher.send('stop cancelled 0');
        expect(await launcher.end()).toMatchObject({ cause: 'cancelled', files: told(1) });
        expect(await list(launcher)).toEqual([{ path: 'left', bytes: 1 }]);
      };
      const failing = async (): Promise<void> => {
        await using launcher = await start();
        const { end } = await launcher.result(shell('printf 1 >left; exit 3'), ALL);
        expect(end).toMatchObject({ exitCode: 3, files: told(1) });
      };
      const unwritten = async (): Promise<void> => {
        await using launcher = await start();
        const files = [{ path: 'n'.repeat(300), content: '' }];
        const { end } = await launcher.result(shell(script), { ...ALL, files });
        expect(end).toMatchObject({ exitCode: 1, files: 0 });
      };
      await Promise.all([late(), stopped(), failing(), unwritten()]);
    });

    test('nothing is told before the end, of another run, or of what is not there', async () => {
      await using launcher = await start();
      launcher.send('files run-1 0', 'read run-1 0 0 1');
      launcher.run(shell('printf 12345 >left; echo on; exec sleep 60'), ALL);
      await launcher.printed('on\n');
      launcher.send('files run-1 0', 'read run-1 0 0 1', 'stop cancelled 0');
      await launcher.end();
      launcher.send(
        ...['files other 0', 'files run-1', 'files', 'files run-1 x', 'files run-1 -1', 'files run-1 0 0'],
        ...[
          'read run-1 0 0',
          'read run-1 1 0 5',
          'read other 0 0 5',
          'read run-1 0 5 5',
          'read run-1 0 5 4',
          'read',
        ],
        ...['read run-1 0 0 x', 'read run-1 0 0 5 6', `read run-1 ${'9'.repeat(15)} 0 1`],
      );
      await launcher.hello();
      expect(launcher.frames.filter((frame) => isFiles(frame) || isFile(frame))).toEqual([]);
      launcher.send('files run-1 7');
      expect(await launcher.frame(isFiles)).toMatchObject({ from: 7, total: 1, entries: [] });
      expect((await content(launcher, 0, 5)).toString()).toBe('12345');
    });

    test('what is no regular file is told of with the problem, and nothing it leads to is read', async () => {
      await using launcher = await start();
      const host = mkdtempSync(join(tmpdir(), 'podline-host-'));
      writeFileSync(join(host, 'a'), 'SECRET');
      const deep = Array.from({ length: 40 }, () => 'd').join('/');
      const script = `ln -s ${host}/a link; ln -s ${host} folder-link; mkfifo pipe; printf 1 >"$(printf 'n\\377')"
mkdir "$(printf 'f\\377')"; mkdir -p ${deep}; printf 1 >${deep}/e; truncate -s 200M sparse; ln ${host}/a hard 2>/dev/null; rm -f hard`;
      const { end } = await launcher.result(shell(script), ALL);
      const entries = await list(launcher);
      expect(end.files).toEqual(told(entries.length));
      const problems = Object.fromEntries(
        entries.map(({ path, bytes, problem }) => [path, problem ?? bytes]),
      );
      expect(problems).toEqual({
        link: 'link',
        'folder-link': 'link',
        pipe: 'pipe',
        'n\uFFFD': 'utf8',
        'f\uFFFD': 'utf8',
        [Array.from({ length: 33 }, () => 'd').join('/')]: 'deep',
        sparse: 200 * MiB,
      });
      const link = entries.findIndex(({ path }) => path === 'link');
      expect((await read(launcher, link, 0, 10))[0]).not.toHaveProperty('d');
      rmSync(host, { recursive: true });
    });

    test('what changes under it gives nothing else out', async () => {
      await using launcher = await start();
      const host = mkdtempSync(join(tmpdir(), 'podline-host-'));
      for (const path of ['a', 'b']) writeFileSync(join(host, path), 'SECRET');
      const script = 'mkdir f; for x in f/a b grows shrinks gone; do printf 123456 >$x; done';
      await launcher.result(shell(script), ALL);
      const entries = await list(launcher);
      const at = (path: string): string => join(launcher.directory, path);
      const indexOf = (path: string): number => entries.findIndex((entry) => entry.path === path);
      renameSync(at('f'), at('moved'));
      symlinkSync(host, at('f'));
      rmSync(at('b'));
      symlinkSync(join(host, 'b'), at('b'));
      rmSync(at('gone'));
      truncateSync(at('shrinks'), 3);
      writeFileSync(at('grows'), 'x'.repeat(100));
      expect((await read(launcher, indexOf('f/a'), 0, 6))[0]).toMatchObject({ problem: 'replaced' });
      expect((await read(launcher, indexOf('b'), 0, 6))[0]).toMatchObject({ problem: 'replaced' });
      expect((await read(launcher, indexOf('gone'), 0, 6))[0]).toMatchObject({ problem: 'gone' });
      expect((await content(launcher, indexOf('shrinks'), 6)).toString()).toBe('123');
      expect((await content(launcher, indexOf('grows'), 6)).toString()).toBe('xxxxxx');
      rmSync(host, { recursive: true });
    });

    test('of more than 10,000 the first are told of, page by page, also while it still looks', async () => {
      await using launcher = await start();
      const folder = join(launcher.directory, 'n'.repeat(200), 'n'.repeat(200));
      mkdirSync(folder, { recursive: true });
      // Names of one file are made faster than files.
      writeFileSync(join(folder, '0'), '');
      for (let n = 1; n < 10_100; n++) linkSync(join(folder, '0'), join(folder, String(n)));
      launcher.run(shell(':'), ALL);
      await launcher.end();
      const entries = await list(launcher);
      expect(entries[0]).toEqual({ path: '…', problem: 'entries' });
      // The two folders are looked at too, and the program's file may be.
      expect([1 + 10_000 - 2, 1 + 10_000 - 3]).toContain(entries.length);
      expect(new Set(entries.map(({ path }) => path)).size).toBe(entries.length);
      expect(await launcher.hello()).toMatchObject({ state: 'ended' });
    });

    test('what is found of a path that is too long is its beginning', async () => {
      await using launcher = await start();
      const part = 'é'.repeat(100);
      const { end } = await launcher.result(
        shell(`mkdir -p ${part}/${part}; printf 1 >${part}/${part}/${part}`),
        ALL,
      );
      expect(end.files).toEqual(told(1));
      const [entry] = await list(launcher);
      expect(entry).toEqual({ path: `${part}/${part}/${'é'.repeat(55)}`, problem: 'long' });
    });

    test('caches of libraries and interpreters are not among them', async () => {
      await using launcher = await start();
      const helper = { path: 'helper.py', content: 'x = 1' };
      const code =
        name === 'python'
          ? 'import helper, os, subprocess, sys\nsubprocess.run([sys.executable, "-c", "import helper"])\nprint(os.environ["XDG_CACHE_HOME"])'
          : 'console.log(process.env.XDG_CACHE_HOME)';
      const { end, stdout } = await launcher.result(code, { ...ALL, files: [helper] });
      expect(stdout).toBe('/tmp/.cache\n');
      expect(end.files).toEqual(told(0));
      expect(await list(launcher)).toEqual([]);
    });
  });

  test('files that a compiler makes are not the program’s', async () => {
    const startShell = () => start({ env: { PATH: process.env['PATH'] ?? '', PODLINE_LAUNCHER: 'shell' } });
    const script = (
      program: string,
      code: number,
    ): string => `printf 1 >made; printf 1 >changed; mkdir cache; printf 1 >cache/c
printf 'compiled %s\\n' ${code} >&3; IFS= read -r line <&5 || exit 1; exec 3>&- 5<&-; ${program}`;
    await using launcher = await startShell();
    const files = [{ path: 'given', content: '1' }];
    const program = 'printf 2 >changed; printf 1 >own; printf 1 >cache/own';
    const wanted = { ...ALL, files, fileName: 'main.sh', compile: COMPILE_LIMITS };
    launcher.run('', { ...wanted, script: script(program, 0) });
    expect(await launcher.end()).toMatchObject({ cause: 'exit', exitCode: 0 });
    expect((await list(launcher)).map(({ path }) => path)).toEqual(['cache/own', 'changed', 'own']);
    await using failing = await startShell();
    failing.run('', { ...wanted, script: script(program, 1) });
    expect(await failing.end()).toMatchObject({ cause: 'compile', files: 0 });
  });

  test('in a session each run has its own', async () => {
    const file = (path: string) => ({ path, content: 'given' });
    await using session = await LauncherSession.open(name, { files: [file('a'), file('b')] });
    const { launcher } = session;
    const left = async (code: string, files = [file('c')], context?: string): Promise<readonly string[]> => {
      const number = session.begin(code, { ...ALL, files, ...(context !== undefined && { context }) });
      expect(await session.end(number)).toMatchObject({ cause: 'exit', exitCode: 0 });
      return (await list(launcher, `run-${number}`)).map(({ path }) => path);
    };
    expect(await left(shell('printf changed >a; printf 1 >one'))).toEqual(['a', 'one']);
    expect(await left(shell('printf 2 >two'))).toEqual(['two']);
    expect(await left(shell(':'))).toEqual([]);
    expect(await left(shell('printf 3 >one; printf 3 >c'))).toEqual(['c', 'one']);
    const write =
      name === 'python' ? 'open("cell", "w").write("x")' : 'require("fs").writeFileSync("cell", "x")';
    expect(await left(write, [file('d')], 'main')).toEqual(['cell']);
    expect(await left('1', [file('d')], 'main')).toEqual([]);
    // Of a run that is over nothing is told.
    const since = launcher.frames.length;
    launcher.send('files run-1 0');
    await launcher.hello();
    expect(launcher.frames.slice(since).filter(isFiles)).toEqual([]);
  });
});
