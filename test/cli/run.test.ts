import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STDIN_BYTES } from '../../src/bounds.ts';
import { podline, startPodline } from './support/podline.ts';
import { openService, type TestService } from './support/service.ts';
import { callPodline } from './support/shell.ts';

let service: TestService;
let folder: string;
beforeAll(async () => {
  service = await openService();
  folder = mkdtempSync(join(tmpdir(), 'podline-run-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await service?.[Symbol.asyncDispose]();
});

/** Writes a program and returns its path. */
function program(name: string, code: string): string {
  const path = join(folder, name);
  writeFileSync(path, code);
  return path;
}

const run = (argv: readonly string[], stdin?: string | Uint8Array) =>
  podline(['run', ...argv], { url: service.url, ...(stdin !== undefined && { stdin }) });
/** The same without a process of its own. */
const call = (argv: readonly string[]) => callPodline(['run', ...argv], service.url);

describe('podline run', () => {
  it('keeps stdout and stderr apart and exits with the code of the program', async () => {
    const file = program(
      'apart.js',
      'console.log("out ü🙂"); console.error("err"); process.stdout.write("no newline"); process.exit(7);',
    );
    const { code, stdout, stderr } = await run([file]);
    expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: 'out ü🙂\nno newline', stderr: 'err\n' });
  });

  it('passes arguments as they are, those with dashes too', async () => {
    const file = program('args.js', 'console.log(JSON.stringify(process.argv.slice(2)))');
    const { stdout } = await run([file, '--timeout', '5', '-x', '--', '', 'ä b']);
    expect(JSON.parse(stdout)).toEqual(['--timeout', '5', '-x', '--', '', 'ä b']);
  });

  it('passes a piped stdin', async () => {
    const file = program('stdin.py', 'import sys\nfor line in sys.stdin: print(line.strip().upper())\n');
    const { code, stdout } = await run([file], 'one\ntwo ü\n');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ONE\nTWO Ü\n' });
  });

  it('passes a stdin that is long, or no text, while the program runs', async () => {
    const file = program('count.py', 'import sys\nprint(len(sys.stdin.buffer.read()))\n');
    expect(await run([file], 'x'.repeat(STDIN_BYTES + 1))).toMatchObject({
      code: 0,
      stdout: `${STDIN_BYTES + 1}\n`,
      stderr: '',
    });
    expect(await run([file], Uint8Array.of(0x66, 0xff))).toMatchObject({
      code: 0,
      stdout: '2\n',
      stderr: '',
    });
  });

  it('reads the program from stdin', async () => {
    const { code, stdout } = await run(
      ['--language', 'javascript', '-', 'x'],
      'console.log(process.argv[2])',
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'x\n' });
  });

  it('runs a line of code, with arguments and stdin', async () => {
    const code = 'console.log(...process.argv.slice(2), (await import("node:fs")).readFileSync(0, "utf8"))';
    const { code: exitCode, stdout } = await run(['-l', 'js', '-c', code, 'a', '-b'], 'in');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'a -b in\n' });
  });

  it('passes a folder, with what is in it where it was, and without the program itself', async () => {
    mkdirSync(join(folder, 'project/data/.git'), { recursive: true });
    writeFileSync(join(folder, 'project/data/a.txt'), 'a');
    writeFileSync(join(folder, 'project/data/.git/config'), 'not this');
    writeFileSync(join(folder, 'project/b.txt'), 'b');
    const list = `
      import { readdirSync } from 'node:fs';
      console.log(JSON.stringify(readdirSync('.', { recursive: true }).sort()));
    `;
    const file = program('project/main.js', list);
    const whole = await run(['-f', join(folder, 'project'), file]);
    expect(JSON.parse(whole.stdout)).toEqual(['b.txt', 'data', 'data/a.txt', 'main.js']);
    const named = await run(['-f', `${join(folder, 'project/data')}=in/put`, '-l', 'js', '-c', list]);
    expect(JSON.parse(named.stdout)).toEqual(['in', 'in/put', 'in/put/a.txt', 'main.js']);
  });

  it('tells each step as a line of JSON', async () => {
    const file = program('json.js', 'console.log("out"); console.error("err"); process.exit(3);');
    const { code, stdout, stderr } = await run(['--json', file]);
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const [first, ...others] = lines;
    expect(first).toMatchObject({ type: 'status', status: 'QUEUED', id: expect.any(String) });
    const chunks = others.filter(({ type }) => type === 'chunk');
    expect(chunks.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(chunks.map(({ stream, text }) => stream + text).sort()).toEqual(['STDERRerr\n', 'STDOUTout\n']);
    expect(lines.at(-1)).toEqual({
      type: 'end',
      id: first.id,
      status: 'FAILED',
      endReason: 'EXITED',
      exitCode: 3,
      signal: null,
      message: 'The program exited with code 3.',
      files: [],
      omittedFiles: [],
    });
    const detached = await call(['--json', '-d', file]);
    expect(JSON.parse(detached.stdout)).toMatchObject({ type: 'status', status: 'QUEUED' });
  });

  it('prints nothing of its own with --quiet', async () => {
    const file = program('slow.js', 'console.log("on it"); setInterval(() => {}, 1000);');
    expect(await run(['-q', '--timeout', '1s', file])).toMatchObject({
      code: 124,
      stdout: 'on it\n',
      stderr: '',
    });
  });

  it('gives -f to the program when it is not of a file here, or -- says so', async () => {
    const file = program('f.js', 'console.log(process.argv.slice(2).join(" "))');
    expect((await call([file, '-f', 'nowhere.csv'])).stdout).toBe('-f nowhere.csv\n');
    expect((await call(['--', file, '-f', file])).stdout).toBe(`-f ${file}\n`);
    expect(await call([file, '-f', file])).toMatchObject({ code: 2, stdout: '' });
  });

  it.each([
    [['--timeout', '2h'], '--timeout 2h: at most 60 min for javascript.'],
    [['--timeout', '1ms'], '--timeout 1ms: at least 100 ms for javascript.'],
    [['--memory', '64g'], '--memory 64g: at most 1024 MiB for javascript.'],
    [['--language', 'javascrpt'], '--language javascrpt is not to be had; the server runs python'],
    [['--language', 'pyton3'], 'Did you mean python3?'],
    [['--language', 'javascrpt'], 'Did you mean javascript?'],
  ])('says of %j what may be asked for, as it was written', async (argv, message) => {
    const { code, stdout, stderr } = await call([...argv, program('bounds.js', '1')]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('names the language of a file that the server does not run', async () => {
    const { code, stderr } = await call([program('hello.sh', 'echo hi')]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `podline: ${join(folder, 'hello.sh')} is bash by its name; the server runs python, javascript, typescript.\n`,
    });
  });

  it('passes files, variables and labels', async () => {
    writeFileSync(join(folder, 'data.txt'), 'content');
    const file = program(
      'with.py',
      'import os\nprint(open("data.txt").read(), os.environ["A"], os.environ["B"])\n',
    );
    const { code, stdout, stderr } = await podline(
      ['run', '-f', join(folder, 'data.txt'), '-e', 'A=1', '-e', 'B', '--label', 'suite=with', file],
      { url: service.url, env: { B: 'from here' } },
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'content 1 from here\n', stderr: '' });
    const listed = await callPodline(['list', '--label', 'suite=with', '--json'], service.url);
    expect(JSON.parse(listed.stdout)).toMatchObject([{ labels: [{ name: 'suite', value: 'with' }] }]);
  });

  it('prints while the program runs', async () => {
    const file = program('forever.js', 'console.log("first"); setInterval(() => {}, 1000);');
    await using command = startPodline(['run', file], { url: service.url });
    await command.printed('first\n');
    expect(command.child.exitCode).toBeNull();
  });

  it('exits with 124 at the time limit and says so', async () => {
    const file = program('slow.js', 'console.log("on it"); setInterval(() => {}, 1000);');
    const { code, stdout, stderr } = await run(['--timeout', '1s', file]);
    expect({ code, stdout }).toEqual({ code: 124, stdout: 'on it\n' });
    expect(stderr).toMatch(/^podline: .+\n$/);
  });

  it('prints why the server refuses', async () => {
    const file = program('refused.js', '1');
    const { code, stdout, stderr } = await call(['--memory', '99999', file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^podline: .*99999.*\n$/);
  });

  it('runs once for one key', async () => {
    const file = program('once.js', 'console.log(Math.random())');
    const [first, second] = [await call(['--key', 'once', file]), await call(['--key', 'once', file])];
    expect(first.stdout).toMatch(/^0\.\d+\n$/);
    expect(second).toEqual(first);
  });

  it('leaves a detached program running and prints its id', async () => {
    const file = program('detached.js', 'setInterval(() => {}, 1000);');
    const { code, stdout } = await run(['--detach', file]);
    expect(code).toBe(0);
    const id = stdout.trim();
    const cancelled = await callPodline(['cancel', id], service.url);
    expect(cancelled.code).toBe(0);
    expect(await callPodline(['logs', '-f', id], service.url)).toMatchObject({ code: 0 });
    const shown = await callPodline(['show', '--json', id], service.url);
    expect(JSON.parse(shown.stdout)).toMatchObject({ id, status: 'CANCELLED', endReason: 'CANCELLED' });
  });
});
