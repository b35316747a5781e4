import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Runner } from '../../../src/executions/runner.ts';
import { LANGUAGES } from '../../../src/runner/languages/languages.ts';
import { readLanguages } from '../../../src/runner/languages/read-languages.ts';
import { type NativeRunnerOptions, openNativeRunner } from '../../../src/runner/native/open.ts';
import { ObservedRun } from '../../contract/runner/run.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../embedded/limits.ts';
import { hasBubblewrap, isHere } from './here.ts';

const directory = mkdtempSync(join(tmpdir(), 'podline-native-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function open(more: Partial<NativeRunnerOptions>): Promise<Runner> {
  return openNativeRunner({
    dataDir: join(directory, 'data'),
    warm: {},
    defaultLimits: LIMITS,
    maximumLimits: MAXIMUM_LIMITS,
    logger: silentLogger,
    ...more,
  });
}

function read(text: string) {
  const file = join(directory, 'languages.yaml');
  writeFileSync(file, text);
  return readLanguages('LANGUAGES_FILE', file, LANGUAGES);
}

describe.runIf(hasBubblewrap)('languages of a file', { timeout: 60_000 }, () => {
  test('run, compile within limits of their own, and are told', async () => {
    // A language of upper case letters, whose compiler turns them into a script.
    const script =
      'tr a-z A-Z <"$1" >"$0"; chmod +x "$0"; if grep -q loud "$1"; then yes; fi; if grep -q slow "$1"; then sleep 60; fi';
    await using runner = await open({
      languages: read(`
- name: loud
  aliases: [shout]
  extensions: [.loud]
  version: [echo, 'loud 3.14']
  compile: { command: [sh, -c, '${script}', '{output}', '{file}'], timeoutMs: 2000, outputBytes: 20000 }
  run: [sh, -c, 'echo "$GREETING"; cat "$0"; echo "$1"', '{output}']
  env: { GREETING: hello }
  notes: [Prints its own text.]
`),
    });
    expect(runner.runtimes.find(({ language }) => language === 'loud')).toMatchObject({
      aliases: ['shout'],
      version: '3.14',
      isCompiled: true,
      defaultFileName: 'main.loud',
      packages: [],
      notes: expect.arrayContaining([
        'Prints its own text.',
        expect.stringMatching(/^Isolated by bubblewrap/),
      ]),
    });
    const observed = new ObservedRun(runner, 'loud', 'text\n', { args: ['argument'] });
    await observed.endsBy('EXITED');
    expect(observed.text()).toBe('hello\nTEXT\nargument\n');
    const slow = await new ObservedRun(runner, 'loud', 'slow\n').endsBy('COMPILE_FAILED');
    expect(slow).toMatchObject({
      message: 'The program was not started: the compiler ran longer than 2 s.',
      usage: { wallMs: 0, cpuMs: 0, maxMemoryMb: 0, compile: { succeeded: false } },
    });
    const loud = await new ObservedRun(runner, 'loud', 'loud\n').endsBy('COMPILE_FAILED');
    expect(loud.message).toBe('The program was not started: the compiler printed more than 20000 bytes.');
  });

  test('whose commands are not here stop the start, all at once', async () => {
    const languages = read(`
- { name: zig, extensions: [.zig], version: [zig, version], compile: [ziig, '{file}'], run: ['{output}'] }
- { name: bash, run: [bsh, '{file}'] }
- { name: ruby, image: 'ruby:4' }
`);
    await expect(open({ languages })).rejects.toThrow(
      [
        'LANGUAGES_FILE bash.run: expected a command that this machine has in /usr, got "bsh"',
        'LANGUAGES_FILE zig.version: expected a command that this machine has in /usr, got "zig"',
        'LANGUAGES_FILE zig.compile: expected a command that this machine has in /usr, got "ziig"',
      ].join('\n'),
    );
  });
});

/** A module that prints when it is imported, as an installer leaves it. */
function install(folder: string): void {
  mkdirSync(join(folder, 'slow_module-1.2.dist-info'), { recursive: true });
  const metadata = 'Metadata-Version: 2.1\nName: slow-module\nVersion: 1.2\n';
  writeFileSync(join(folder, 'slow_module-1.2.dist-info/METADATA'), metadata);
  writeFileSync(join(folder, 'slow_module.py'), 'answer = 42\n');
}

describe.runIf(hasBubblewrap && existsSync('/usr/bin/python3'))(
  'a virtual environment',
  { timeout: 60_000 },
  () => {
    test('has its packages told, and imported by ready sandboxes', async () => {
      const environment = join(directory, 'venv');
      execFileSync('/usr/bin/python3', ['-m', 'venv', '--without-pip', environment]);
      const python = join(environment, 'bin/python');
      const print = 'import sysconfig; print(sysconfig.get_path("purelib"))';
      install(execFileSync(python, ['-c', print], { encoding: 'utf8' }).trim());
      const languages = read('- { name: python, warmUp: [slow_module, no_such_module] }');
      await using runner = await open({ languages, python });
      expect(runner.runtimes.find(({ language }) => language === 'python')?.packages).toEqual([
        { name: 'slow-module', version: '1.2' },
      ]);
      const code =
        'import sys\nfrom _frozen_importlib import BuiltinImporter as First\nprint(First.find_spec("slow_module") is not None, __import__("slow_module").answer, sys.argv)';
      await using warm = await open({
        languages,
        python,
        warm: { python: 1 },
        dataDir: join(directory, 'warm'),
      });
      // A program that comes early does not wait for imports: one that follows finds a sandbox that had the time.
      await expect
        .poll(
          async () => {
            const observed = new ObservedRun(warm, 'python', code, { args: ['a'] });
            await observed.endsBy('EXITED');
            return observed.text();
          },
          { timeout: 40_000, interval: 500 },
        )
        .toBe("True 42 ['main.py', 'a']\n");
    });
  },
);

/** Prints `ok`, in a file whose name begins with a dash. Java has no such class, and Go's compiler refuses such a name itself. */
const DASHES: readonly {
  readonly language: string;
  readonly fileName: string;
  readonly code: string;
  readonly words?: RegExp;
}[] = [
  { language: 'python', fileName: '-c.py', code: 'print("ok")' },
  { language: 'javascript', fileName: '-e.js', code: 'console.log("ok")' },
  { language: 'javascript', fileName: '--eval.mjs', code: 'console.log("ok")' },
  { language: 'typescript', fileName: '-p.ts', code: 'console.log("ok" as string)' },
  { language: 'bash', fileName: '-x.sh', code: 'echo ok' },
  { language: 'c', fileName: '-o.c', code: '#include <stdio.h>\nint main(void) { puts("ok"); }' },
  { language: 'cpp', fileName: '-E.cpp', code: '#include <cstdio>\nint main() { puts("ok"); }' },
  {
    language: 'go',
    fileName: '-n.go',
    code: 'package main\nfunc main() { println("ok") }',
    words: /invalid input file name "-n\.go"/,
  },
  { language: 'rust', fileName: '-h.rs', code: 'fn main() { println!("ok") }' },
  {
    language: 'java',
    fileName: '-version.java',
    code: 'class Ok {}',
    words: /Could not find or load main class .*-version/,
  },
  { language: 'ruby', fileName: '-v.rb', code: 'puts "ok"' },
  { language: 'php', fileName: '-i.php', code: '<?php echo "ok\\n";' },
  { language: 'perl', fileName: '-e.pl', code: 'print "ok\\n"' },
  { language: 'lua', fileName: '-v.lua', code: 'print("ok")' },
  { language: 'r', fileName: '-e.R', code: 'cat("ok\\n")' },
  { language: 'sqlite', fileName: '-version.sql', code: "select 'ok';" },
];

describe.runIf(hasBubblewrap)('a file name that begins with a dash', { timeout: 120_000 }, () => {
  let runner: Runner;
  beforeAll(async () => {
    runner = await open({ dataDir: join(directory, 'dashes') });
  });
  afterAll(() => runner[Symbol.asyncDispose]());

  test.each(DASHES.filter(({ language }) => isHere(language)))(
    'is no option: $language $fileName',
    async ({ language, fileName, code, words }) => {
      // A second one beside it, which every compiler is given; to Go a file without anything is a mistake.
      const other = { path: `-Wall${extname(fileName)}`, content: Buffer.from('') };
      const files = language === 'go' ? [] : [other];
      const observed = new ObservedRun(runner, language, code, { fileName, payload: { files } });
      await observed.end;
      if (words === undefined) expect(observed.text()).toBe('ok\n');
      else expect(observed.text('STDERR')).toMatch(words);
    },
  );
});
