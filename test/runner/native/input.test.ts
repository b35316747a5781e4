import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Runner } from '../../../src/executions/runner.ts';
import { openNativeRunner } from '../../../src/runner/native/open.ts';
import { ObservedRun, type RunOptions } from '../../contract/runner/run.ts';
import { ScriptedInput } from '../../support/program-input.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../embedded/limits.ts';
import { hasBubblewrap, isHere } from './here.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'podline-native-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** Prints the descriptors that a program has; the last is of the folder that is listed. */
const DESCRIPTORS: { readonly [language: string]: string } = {
  python: 'import os\nprint(len(os.listdir("/proc/self/fd")))',
  bash: 'ls /proc/self/fd | wc -l',
  perl: 'opendir my $d, "/proc/self/fd"; print scalar(grep { /\\d/ } readdir $d), "\\n";',
};

/** Asks for a line by the name of the device, and prints it. */
const DEVICE: { readonly [language: string]: string } = {
  python: 'print(open("/dev/stdin").readline().strip())',
  javascript: `const { readFileSync } = require('node:fs');
    console.log(readFileSync('/dev/stdin', 'utf8').trim());`,
  typescript: `import { readFileSync } from 'node:fs';
    console.log(readFileSync(0, 'utf8').trim() as string);`,
  bash: 'head -n1 </dev/stdin',
  php: '<?php echo fgets(fopen("php://stdin", "r"));',
  lua: 'print(io.read("l"))',
  java: `import java.util.Scanner;
    public class Main { public static void main(String[] a) { System.out.println(new Scanner(System.in).nextLine()); } }`,
  r: 'cat(readLines(file("stdin"), 1), "\\n", sep = "")',
};

describe.runIf(hasBubblewrap)('input of the native host', { timeout: 120_000 }, () => {
  let runner: Runner;
  beforeAll(async () => {
    runner = await openNativeRunner({
      dataDir,
      warm: { python: 1, javascript: 1, shell: 1 },
      defaultLimits: LIMITS,
      maximumLimits: MAXIMUM_LIMITS,
      logger: silentLogger,
    });
  });
  afterAll(() => runner[Symbol.asyncDispose]());

  const run = (language: string, code: string, options: RunOptions = {}): ObservedRun =>
    new ObservedRun(runner, language, code, options);

  test.each(Object.entries(DEVICE).filter(([language]) => isHere(language)))(
    'an open stdin is a pipe that any program can read: %s',
    async (language, code) => {
      const input = new ScriptedInput();
      // Before the program has begun: what is closed already is there all the same.
      input.write('written\n');
      input.end();
      const observed = run(language, code, { input, limits: { timeoutMs: 20_000 } });
      await observed.endsBy('EXITED');
      expect(observed.text()).toBe('written\n');
    },
  );

  test.each(Object.entries(DESCRIPTORS))('and nothing else is open: %s', async (language, code) => {
    for (const isOpen of [true, false]) {
      const observed = run(language, code, { input: new ScriptedInput({ isOpen }) });
      await observed.endsBy('EXITED');
      expect(observed.text()).toBe('4\n');
    }
  });

  test('sys.stdin is one that nobody can go back in', async () => {
    const input = new ScriptedInput();
    input.write('one\ntwo\n');
    input.end();
    const code = 'import sys\nprint(sys.stdin.name, sys.stdin.seekable(), [line for line in sys.stdin])';
    const observed = run('python', code, { input });
    await observed.endsBy('EXITED');
    expect(observed.text()).toBe("<stdin> False ['one\\n', 'two\\n']\n");
  });

  test('a Python that starts anew has it too', async () => {
    const input = new ScriptedInput();
    const env = [{ name: 'PYTHONHASHSEED', value: '1' }];
    const observed = run('python', 'print("hello", input("name? "))', { input, payload: { env } });
    await observed.printed('name? ');
    input.write('Ada\n');
    await observed.endsBy('EXITED');
    expect(observed.text()).toBe('name? hello Ada\n');
  });

  test('32 MiB, every byte once', async () => {
    const bytes = Buffer.alloc(32 * 1024 * 1024);
    for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32BE(at, at);
    const input = new ScriptedInput();
    input.write(bytes);
    input.end();
    const observed = run('bash', 'sha256sum', { input });
    await observed.endsBy('EXITED');
    expect(observed.text()).toBe(`${createHash('sha256').update(bytes).digest('hex')}  -\n`);
    expect(input.takenBytes).toBe(bytes.length);
  });

  test('an interrupt that comes before the program begins is the program’s', async () => {
    for (const env of [[], [{ name: 'PYTHONHASHSEED', value: '1' }]]) {
      const input = new ScriptedInput({ isOpen: false });
      input.interrupt();
      const observed = run('python', 'import time\ntime.sleep(60)', { input, payload: { env } });
      expect((await observed.endsBy('SIGNALLED')).signal).toBe('SIGINT');
      expect(observed.text('STDERR')).not.toContain('launcher');
    }
  });

  test('it reaches all of the program’s processes, and leaves others alone', async () => {
    const bystander = run('python', 'import time\nprint("up", flush=True)\ntime.sleep(2)');
    await bystander.printed('up\n');
    const input = new ScriptedInput({ isOpen: false });
    const code = `trap 'echo parent' INT
bash -c 'trap "echo child; exit" INT; echo ready; while true; do sleep 0.1; done' & child=$!
wait $child; wait $child; exit 3`;
    const observed = run('bash', code, { input });
    await observed.printed('ready\n');
    input.interrupt();
    await observed.printed('parent\n');
    observed.stop('CANCELLED');
    await observed.endsBy('CANCELLED');
    expect((await bystander.endsBy('EXITED')).exitCode).toBe(0);
  });
});
