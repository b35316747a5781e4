import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Runner } from '../../../src/executions/runner.ts';
import type { Language } from '../../../src/runner/languages/language.ts';
import { LANGUAGES } from '../../../src/runner/languages/languages.ts';
import { NATIVE_PROGRAMS } from '../../contract/runner/native-programs.ts';
import { ObservedRun } from '../../contract/runner/run.ts';
import { describeRunner } from '../../contract/runner.ts';
import { TestNamespace } from '../support/namespace.ts';
import { IMAGES, openRunner, removingAfterwards, warmedUp } from '../support/runner.ts';

/** An image of images/languages; without one those languages are left out, and that is said. */
const LANGUAGES_IMAGE = process.env['LANGUAGES_IMAGE'];
if (!LANGUAGES_IMAGE) console.log('Skipped: no LANGUAGES_IMAGE names an image of images/languages (all).');

let namespace: TestNamespace;
beforeAll(async () => {
  namespace = await TestNamespace.create('languages');
});
afterAll(() => namespace[Symbol.asyncDispose]());

/** The first serves all tests but those of closing, which need nothing that is ready. */
let isFirst = true;

// Of the languages that these images have beside the launchers' own, the one that is in any.
describeRunner(
  'kubernetes, by a shell',
  async () => {
    const images = { ...IMAGES, bash: IMAGES.python };
    const warm = isFirst ? { bash: 2, python: 1, javascript: 1 } : {};
    const runner = await openRunner(namespace, { images, warm });
    if (isFirst) await warmedUp(runner);
    isFirst = false;
    return removingAfterwards(runner);
  },
  NATIVE_PROGRAMS.filter(({ language }) => language === 'bash'),
);

/** The same in each. */
const HELLOS: { readonly [language: string]: string } = {
  bash: 'echo "hello $1 $(cat)"; exit 3',
  c: '#include <stdio.h>\n#include <stdlib.h>\nint main(int n, char **a) { char s[99] = {0}; fread(s, 1, 98, stdin); printf("hello %s %s\\n", a[1], s); exit(3); }',
  cpp: '#include <iostream>\n#include <string>\nint main(int n, char **a) { std::string s; std::getline(std::cin, s); std::cout << "hello " << a[1] << " " << s << "\\n"; return 3; }',
  go: 'package main\nimport ("fmt"; "io"; "os")\nfunc main() { s, _ := io.ReadAll(os.Stdin); fmt.Println("hello", os.Args[1], string(s)); os.Exit(3) }',
  rust: 'use std::io::Read;\nfn main() { let mut s = String::new(); std::io::stdin().read_to_string(&mut s).unwrap();\nprintln!("hello {} {}", std::env::args().nth(1).unwrap(), s); std::process::exit(3) }',
  java: 'public class Main { public static void main(String[] a) throws Exception {\nSystem.out.println("hello " + a[0] + " " + new String(System.in.readAllBytes(), "UTF-8")); System.exit(3); } }',
  ruby: 'puts "hello #{ARGV[0]} #{STDIN.read}"; exit 3',
  php: '<?php echo "hello $argv[1] ", stream_get_contents(STDIN), "\\n"; exit(3);',
  perl: 'print "hello $ARGV[0] ", <STDIN>, "\\n"; exit 3;',
  lua: 'io.write("hello ", arg[1], " ", io.read("a"), "\\n") os.exit(3)',
  r: 'cat("hello", commandArgs(TRUE)[1], readLines(file("stdin"), warn = FALSE), fill = TRUE); quit(status = 3)',
};

describe('languages of an image', () => {
  let runner: Runner;
  afterAll(() => runner?.[Symbol.asyncDispose]());

  test.runIf(LANGUAGES_IMAGE)('hello, arguments, stdin, exit code 3 in each', async () => {
    const images = Object.fromEntries(Object.keys(HELLOS).map((name) => [name, LANGUAGES_IMAGE ?? '']));
    runner = removingAfterwards(await openRunner(namespace, { images, warm: {} }));
    for (const [language, code] of Object.entries(HELLOS)) {
      const observed = new ObservedRun(runner, language, code, {
        args: ['wörld'],
        payload: { stdin: 'from stdin' },
      });
      const { exitCode, usage } = await observed.endsBy('EXITED');
      expect([language, exitCode, observed.text('STDOUT')]).toEqual([
        language,
        3,
        'hello wörld from stdin\n',
      ]);
      const isCompiled = runner.runtimes.find((one) => one.language === language)?.isCompiled;
      expect([language, usage?.compile?.succeeded]).toEqual([language, isCompiled ? true : undefined]);
    }
  });
});

describe('a compile step', () => {
  /** Its compiler is a shell. */
  const loud: Language = {
    ...(LANGUAGES.find(({ name }) => name === 'bash') as Language),
    name: 'loud',
    aliases: [],
    commands: {
      run: ['sh', '{output}'],
      compile: [
        'sh',
        '-c',
        'echo "compiling $1"; grep -q broken "$1" && exit 4; cp "$1" "$0"',
        '{output}',
        '{file}',
      ],
      compileLimits: { timeoutMs: 20_000, memoryMb: 256, outputBytes: 100_000 },
      prepare: null,
      version: ['sh', '--version'],
      env: {},
    },
  };

  test('comes before the program, or fails', async () => {
    await using runner = removingAfterwards(
      await openRunner(namespace, { languages: [loud], images: { loud: IMAGES.python }, warm: { loud: 1 } }),
    );
    const observed = new ObservedRun(runner, 'loud', 'echo out; exit 3');
    const { exitCode, usage } = await observed.endsBy('EXITED');
    expect(exitCode).toBe(3);
    expect(observed.chunks.map(({ stream, text }) => [stream, text])).toEqual([
      ['STDERR', 'compiling main.sh\n'],
      ['STDOUT', 'out\n'],
    ]);
    expect(usage?.compile).toMatchObject({ exitCode: 0, succeeded: true });
    const broken = await new ObservedRun(runner, 'loud', 'broken').endsBy('COMPILE_FAILED');
    expect(broken).toMatchObject({
      exitCode: 4,
      message: 'The program was not started: the compiler ended with code 4.',
      usage: { wallMs: 0, cpuMs: 0, maxMemoryMb: 0, compile: { exitCode: 4, succeeded: false } },
    });
  });
});
