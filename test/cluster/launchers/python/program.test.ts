import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { findPython, temporaryDirectory } from '../../../support/launcher/launchers.ts';
import type { Wanted } from '../../../support/launcher/payload.ts';
import { PROGRAMS } from './programs.ts';
import { startPython } from './python.ts';

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** What `python3 main.py` does with the same program in a directory of its own. */
async function plain(code: string, wanted: Wanted): Promise<Outcome> {
  const directory = await temporaryDirectory();
  try {
    const fileName = wanted.fileName ?? 'main.py';
    for (const { path, content } of [{ path: fileName, content: code }, ...(wanted.files ?? [])]) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    }
    const python = spawn(findPython(), ['-s', fileName, ...(wanted.args ?? [])], {
      cwd: directory,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: directory,
        LANG: 'C.UTF-8',
        LOGNAME: 'program',
        PYTHONDONTWRITEBYTECODE: '1',
        TMPDIR: '/tmp',
        XDG_CACHE_HOME: '/tmp/.cache',
        USER: 'program',
        ...wanted.env,
      },
    });
    python.stdin.on('error', () => undefined);
    python.stdin.end(wanted.stdin ?? '');
    const exited = new Promise<{ exitCode: number | null; signal: string | null }>((resolve) => {
      python.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    });
    const [stdout, stderr] = await Promise.all([text(python.stdout), text(python.stderr)]);
    return { ...(await exited), ...nowhere({ stdout, stderr }, directory) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The outcome without what differs from one process to the next. */
function nowhere({ stdout, stderr }: { stdout: string; stderr: string }, directory: string) {
  // Up to Python 3.11 the C functions beneath a program count as three levels of recursion.
  const plain = (text: string) =>
    text
      .replaceAll(directory, '/program')
      .replaceAll('File "main.py"', 'File "/program/main.py"') // Python 3.8 names the file as it was named.
      .replace(/0x[0-9a-f]{8,}/g, '0x…')
      .replace(/repeated 99\d more/, 'repeated 99… more');
  return { stdout: plain(stdout), stderr: plain(stderr) };
}

describe('a program does what python3 main.py does', () => {
  test.each(PROGRAMS)('$name', async ({ code, ...wanted }) => {
    await using launcher = await startPython();
    const { end, stdout, stderr } = await launcher.result(code, wanted);
    const { exitCode, signal } = end;
    const outcome = { exitCode, signal, ...nowhere({ stdout, stderr }, launcher.directory) };
    expect(outcome).toEqual(await plain(code, wanted));
    expect(launcher.stderr).toBe('');
  });
});

test('each print arrives when its line ends', async () => {
  await using launcher = await startPython();
  launcher.run('import time\nprint("one")\ntime.sleep(600)');
  await launcher.printed('one');
});

test('a program given before the interpreter is warm runs all the same', async () => {
  await using launcher = await startPython();
  launcher.run('import asyncio, decimal, json\nprint(json.dumps({"a": 1}))');
  await launcher.end();
  expect(launcher.stdout()).toBe('{"a": 1}\n');
});
