import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { NATIVE_EXAMPLES } from '../../../src/console/program/native-examples.ts';
import type { Runner } from '../../../src/executions/runner.ts';
import { openNativeRunner } from '../../../src/runner/native/open.ts';
import { ObservedRun, type RunOptions } from '../../contract/runner/run.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../embedded/limits.ts';
import { hasBubblewrap, isHere } from './here.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'podline-native-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/**
 * The same in each language that the contract suite has no programs for: arguments, stdin, exit code 3. Not Go, which compiles
 * its standard library for each program: that takes up to a minute here.
 */
const HELLOS: { readonly [language: string]: string } = {
  rust: `use std::io::Read;
fn main() { let mut s = String::new(); std::io::stdin().read_to_string(&mut s).unwrap();
println!("hello {} {}", std::env::args().nth(1).unwrap(), s); std::process::exit(3) }`,
  java: `public class Main { public static void main(String[] args) throws Exception {
System.out.println("hello " + args[0] + " " + new String(System.in.readAllBytes(), "UTF-8")); System.exit(3); } }`,
  r: 'cat("hello", commandArgs(TRUE)[1], readLines(file("stdin"), warn = FALSE), fill = TRUE); quit(status = 3)',
  bash: 'echo "hello $1 $(cat)"; exit 3',
};

describe.runIf(hasBubblewrap)('the native host', { timeout: 120_000 }, () => {
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

  test.each(Object.entries(HELLOS).filter(([language]) => isHere(language)))(
    'hello, arguments, stdin, exit code 3: %s',
    async (language, code) => {
      const observed = run(language, code, {
        args: ['wörld'],
        payload: { stdin: 'from stdin' },
        // The compiler's first use of a standard library takes a while.
        limits: { timeoutMs: 60_000 },
      });
      expect((await observed.endsBy('EXITED')).exitCode).toBe(3);
      expect(observed.text()).toBe('hello wörld from stdin\n');
    },
    120_000,
  );

  // Go: see above.
  test.each(NATIVE_EXAMPLES.filter(({ language }) => isHere(language) && language !== 'go'))(
    "the console's example of $language: $name",
    async ({ language, code }) => {
      const observed = run(language, code, { limits: { timeoutMs: 60_000 } });
      expect((await observed.endsBy('EXITED')).exitCode).toBe(0);
      expect(observed.text()).toMatch(/\w+.*\n/);
    },
  );

  test('a script of SQL runs on an empty database', async () => {
    const observed = run('sqlite', "create table t (a);\ninsert into t values ('hello');\nselect a from t;");
    expect((await observed.endsBy('EXITED')).exitCode).toBe(0);
    expect(observed.text()).toBe('hello\n');
  });

  test.runIf(isHere('java'))('Java with two public classes in two files', async () => {
    const content = Buffer.from(
      'package deep;\npublic class Other { public static int answer() { return 42; } }',
    );
    const observed = run(
      'java',
      'public class Main { public static void main(String[] a) { System.out.println(deep.Other.answer()); } }',
      { payload: { files: [{ path: 'deep/Other.java', content }] } },
    );
    await observed.endsBy('EXITED');
    expect(observed.text()).toBe('42\n');
  });

  test('what the compiler prints comes before the program’s output, and its time does not count', async () => {
    const code = `#warning careful
#include <stdio.h>
int main(void) { puts("out"); }`;
    const observed = run('c', code);
    const { usage } = await observed.endsBy('EXITED');
    expect(observed.chunks.map(({ stream }) => stream)).toEqual(['STDERR', 'STDOUT']);
    expect(observed.text('STDERR')).toContain('careful');
    expect(usage?.compile).toMatchObject({ exitCode: 0, succeeded: true });
    expect(usage?.compile?.durationMs).toBeGreaterThan(0);
  });

  test('a file name that looks like an option is a file’s name', async () => {
    for (const [language, fileName, code] of [
      ['c', '-o.c', '#include <stdio.h>\nint main(void) { puts("ok"); }'],
      ['bash', '-x.sh', 'echo ok'],
      ['perl', '-e.pl', 'print "ok\\n"'],
    ] as const) {
      const observed = run(language, code, { fileName });
      await observed.endsBy('EXITED');
      expect(observed.text()).toBe('ok\n');
    }
  });

  test('names of devices lead to the program’s own pipes', async () => {
    const observed = run('bash', 'cat /dev/stdin; echo out >/dev/stdout; echo err >/dev/stderr', {
      payload: { stdin: 'in\n' },
    });
    await observed.endsBy('EXITED');
    expect([observed.text('STDOUT'), observed.text('STDERR')]).toEqual(['in\nout\n', 'err\n']);
  });

  test('no descriptor but the three is open', async () => {
    const observed = run('bash', 'ls /proc/self/fd');
    await observed.endsBy('EXITED');
    // The last is of the folder that is listed.
    expect(observed.text()).toBe('0\n1\n2\n3\n');
  });

  test('threads, subprocesses and files work in Python', async () => {
    const observed = run(
      'python',
      `import subprocess, threading
threads = [threading.Thread(target=lambda: None) for _ in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
open("made.txt", "w").write("x")
print(subprocess.run(["ls"], capture_output=True, text=True).stdout.split(), flush=True)`,
    );
    await observed.endsBy('EXITED');
    expect(observed.text()).toBe("['made.txt', 'main.py']\n");
  });

  test('a Python that nobody wants yet imports what programs commonly do', async () => {
    // What is imported before the program is found without a search.
    const code =
      "from _frozen_importlib import BuiltinImporter as First; print(First.find_spec('asyncio') is not None)";
    await vi.waitFor(
      async () => {
        const observed = run('python', code);
        await observed.endsBy('EXITED');
        expect(observed.text()).toBe('True\n');
      },
      { timeout: 60_000, interval: 1000 },
    );
  });

  test.each([
    ['renamed', 'mv given.txt other.txt', ['other.txt']],
    ['given another name', 'ln given.txt other.txt', ['other.txt']],
    ['written anew', 'echo other >given.txt', ['given.txt']],
    ['replaced by another', 'rm given.txt; echo other >other.txt', ['other.txt']],
    ['only read', 'cat given.txt', []],
  ])('a file that it was given and has %s', async (_, code, paths) => {
    const observed = run('bash', code, {
      payload: { files: [{ path: 'given.txt', content: Buffer.from('given') }] },
    });
    await observed.endsBy('EXITED');
    expect(observed.files.paths).toEqual(paths);
  });

  test('a program’s own file comes before a module of the library', async () => {
    const files = [{ path: 'random.py', content: Buffer.from('answer = 42\n') }];
    const observed = run('python', 'import random\nprint(random.answer)', { payload: { files } });
    await observed.endsBy('EXITED');
    expect(observed.text()).toBe('42\n');
  });

  test('memory that a program shares with its children is its own once', async () => {
    const forks = `import os, time
kept = b"x" * 90_000_000
for _ in range(3):
    if os.fork() == 0:
        time.sleep(0.4)
        os._exit(0)
for _ in range(3): os.wait()
print("done")`;
    const spawns = `const kept = Buffer.alloc(90_000_000, 1);
for (let count = 0; count < 20; count++) require('node:child_process').spawnSync('true');
console.log('done', kept.length > 0);`;
    for (const [language, code] of [
      ['python', forks],
      ['javascript', spawns],
    ] as const) {
      const observed = run(language, code, { limits: { memoryMb: 160 } });
      await observed.endsBy('EXITED');
      expect(observed.text()).toContain('done');
    }
  });

  test.each(['python', 'javascript'])('limits of %s are those of a shell', async (language) => {
    const asked = 'ulimit -Sc -Sn -Sd; ulimit -Hc -Hn -Hd; ulimit -Su; ulimit -Hu';
    const codes: { readonly [language: string]: string } = {
      bash: asked,
      python: `import subprocess\nprint(subprocess.run(["bash", "-c", "${asked}"], capture_output=True, text=True).stdout, end="")`,
      javascript: `process.stdout.write(require("child_process").execFileSync("bash", ["-c", "${asked}"]))`,
    };
    const [own, shell] = await Promise.all(
      [language, 'bash'].map(async (one) => {
        const observed = run(one, codes[one] ?? '');
        await observed.endsBy('EXITED');
        return observed.text();
      }),
    );
    expect(own).toBe(shell);
    expect(own).toMatch(/open files .* 1024\n/);
    expect(own).toMatch(/^256\n256\n$/m);
  });

  test('memory of children, and of files, is the program’s', async () => {
    const eat = (name: string): string => `dd if=/dev/zero of=${name} bs=1M count=200 status=none; sleep 30`;
    for (const code of [
      eat('/program/big'),
      eat('/tmp/big'),
      eat('/dev/shm/big'),
      `for i in 1 2 3 4; do perl -e '$x = "x" x 30_000_000; sleep 30' & done; wait`,
    ]) {
      await run('bash', code, { limits: { memoryMb: 64 } }).endsBy('OUT_OF_MEMORY');
    }
  });

  // Several at a time: what starts while the machine is busy must be bounded as well.
  test('fork bombs end, and nothing of them is left', async () => {
    const bomb = 'bomb() { bomb | bomb & }; bomb; sleep 30';
    const bombs = [1, 2, 3].map(() => run('bash', bomb, { limits: { timeoutMs: 10_000 } }).end);
    for (const { reason } of await Promise.all(bombs))
      expect(['SIGNALLED', 'EXITED', 'TIMED_OUT', 'OUT_OF_MEMORY']).toContain(reason);
    expect(processesNamed('bomb() {')).toEqual([]);
  });

  test('a process that stays behind ends with the program', async () => {
    const observed = run('bash', 'setsid sh -c "sleep 4711.5" & echo started');
    await observed.endsBy('EXITED');
    expect(processesNamed('sleep\u00004711.5')).toEqual([]);
  });

  test('it says what it has, and refuses a Python that does not run', async () => {
    expect(runner.kind).toBe('native');
    expect(runner.isolation).toContain('bubblewrap');
    const options = {
      dataDir,
      warm: {},
      defaultLimits: LIMITS,
      maximumLimits: MAXIMUM_LIMITS,
      logger: silentLogger,
    };
    await expect(openNativeRunner({ ...options, python: 'python3' })).rejects.toThrow(
      'NATIVE_PYTHON: expected the absolute path of a Python interpreter, got "python3"',
    );
    await expect(openNativeRunner({ ...options, python: '/bin/false' })).rejects.toThrow(
      'which does not run',
    );
  });
});

/** Numbers of this machine's processes whose command line holds a text. */
function processesNamed(text: string): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name) || !existsSync(`/proc/${name}/cmdline`)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(text);
    } catch {
      return false;
    }
  });
}
