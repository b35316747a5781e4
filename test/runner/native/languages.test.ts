import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
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
      notes: expect.arrayContaining(['Prints its own text.']),
    });
    const observed = new ObservedRun(runner, 'loud', 'text\n', { args: ['argument'] });
    await observed.endsBy('EXITED');
    expect(observed.text()).toBe('hello\nTEXT\nargument\n');
    const slow = await new ObservedRun(runner, 'loud', 'slow\n').endsBy('COMPILE_FAILED');
    expect(slow.message).toBe('The program was not started: the compiler ran longer than 2 s.');
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
        'import sys\nprint("slow_module" in sys.modules, __import__("slow_module").answer, sys.argv)';
      // A program that is waiting does not wait for imports: the second finds a sandbox that had the time.
      await using warm = await open({
        languages,
        python,
        warm: { python: 1 },
        dataDir: join(directory, 'warm'),
      });
      await expect
        .poll(() => warm.warm().find(({ launcher }) => launcher === 'python')?.ready, { timeout: 20_000 })
        .toBe(1);
      await expect
        .poll(
          async () => {
            const observed = new ObservedRun(warm, 'python', code, { args: ['a'] });
            await observed.endsBy('EXITED');
            return observed.text();
          },
          { timeout: 20_000 },
        )
        .toBe("True 42 ['main.py', 'a']\n");
    });
  },
);

/** Prints `ok`, in a file whose name begins with a dash. */
const DASHES: readonly (readonly [language: string, fileName: string, code: string])[] = [
  ['python', '-c.py', 'print("ok")'],
  ['javascript', '-e.js', 'console.log("ok")'],
  ['javascript', '--eval.mjs', 'console.log("ok")'],
  ['typescript', '-p.ts', 'console.log("ok" as string)'],
  ['bash', '-x.sh', 'echo ok'],
  ['c', '-o.c', '#include <stdio.h>\nint main(void) { puts("ok"); }'],
  ['cpp', '-E.cpp', '#include <cstdio>\nint main() { puts("ok"); }'],
  ['go', '-n.go', 'package main\nfunc main() { println("ok") }'],
  ['rust', '-h.rs', 'fn main() { println!("ok") }'],
  ['java', '-version.java', 'class Ok { public static void main(String[] a) { System.out.println("ok"); } }'],
  ['ruby', '-v.rb', 'puts "ok"'],
  ['php', '-i.php', '<?php echo "ok\\n";'],
  ['perl', '-e.pl', 'print "ok\\n"'],
  ['lua', '-v.lua', 'print("ok")'],
  ['r', '-e.R', 'cat("ok\\n")'],
  ['sqlite', '-version.sql', "select 'ok';"],
];

describe.runIf(hasBubblewrap)('a file name that begins with a dash', { timeout: 120_000 }, () => {
  test.each(DASHES.filter(([language]) => isHere(language)))(
    'is no option: %s %s',
    async (language, fileName, code) => {
      await using runner = await open({ dataDir: join(directory, `dash ${fileName}`) });
      const other = { path: `-Wall${fileName.slice(fileName.lastIndexOf('.'))}`, content: Buffer.from('') };
      // A second one beside it, which every compiler is given; one that is empty is a mistake to Go and PHP alone.
      const files = ['go', 'rust'].includes(language) ? [] : [other];
      const observed = new ObservedRun(runner, language, code, { fileName, payload: { files } });
      await observed.end;
      expect(observed.text('STDOUT') || observed.text()).toBe('ok\n');
    },
  );
});
