import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STDIN_BYTES } from '../../src/bounds.ts';
import { podline, startPodline } from './support/podline.ts';
import { openService, type TestService } from './support/service.ts';

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

  it('refuses a stdin that is too long or no text', async () => {
    const file = program('unused.js', '');
    const long = await run([file], 'x'.repeat(STDIN_BYTES + 1));
    expect(long).toMatchObject({
      code: 1,
      stderr: `podline: stdin may have at most ${STDIN_BYTES} bytes, got more.\n`,
    });
    const binary = await run([file], Buffer.from([0xff, 0xfe]));
    expect(binary).toMatchObject({
      code: 1,
      stderr: 'podline: stdin must be UTF-8 text, got bytes that are not.\n',
    });
  });

  it('reads the program from stdin', async () => {
    const { code, stdout } = await run(
      ['--language', 'javascript', '-', 'x'],
      'console.log(process.argv[2])',
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'x\n' });
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
    const listed = await podline(['list', '--label', 'suite=with', '--json'], { url: service.url });
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
    const { code, stdout, stderr } = await run(['--memory', '99999', file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^podline: .*99999.*\n$/);
  });

  it('runs once for one key', async () => {
    const file = program('once.js', 'console.log(Math.random())');
    const [first, second] = [await run(['--key', 'once', file]), await run(['--key', 'once', file])];
    expect(first.stdout).toMatch(/^0\.\d+\n$/);
    expect(second).toEqual(first);
  });

  it('leaves a detached program running and prints its id', async () => {
    const file = program('detached.js', 'setInterval(() => {}, 1000);');
    const { code, stdout } = await run(['--detach', file]);
    expect(code).toBe(0);
    const id = stdout.trim();
    const cancelled = await podline(['cancel', id], { url: service.url });
    expect(cancelled.code).toBe(0);
    expect(await podline(['logs', '-f', id], { url: service.url })).toMatchObject({ code: 0 });
    const shown = await podline(['show', '--json', id], { url: service.url });
    expect(JSON.parse(shown.stdout)).toMatchObject({ id, status: 'CANCELLED', endReason: 'CANCELLED' });
  });
});
