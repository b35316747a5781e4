import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { PROGRAMS } from '../../../contract/runner/programs.ts';
import type { Wanted } from '../../../support/launcher/payload.ts';
import { run, startNode } from './launch.ts';

const SHARED = PROGRAMS.filter(({ language }) => language === 'javascript').flatMap((programs) =>
  Object.values(programs),
);
const FILE_NAMES: Readonly<Record<string, string>> = { javascript: 'main.js', typescript: 'main.ts' };

describe.each(PROGRAMS.filter(({ language }) => language in FILE_NAMES))(
  'programs of both runners: $language',
  (programs) => {
    const { language } = programs;
    const fileName = FILE_NAMES[language] ?? '';
    const words = [{ path: 'data/words.txt', content: 'some wörds' }];
    const module = programs.module === null ? [] : [programs.module];

    const cases: readonly [string, string, Wanted, string][] = [
      ['hello', programs.hello, {}, 'hello\n'],
      [
        'arguments',
        programs.printArguments,
        { args: ['two words', '--flag=ü', '', "it's $HOME"] },
        "two words\n--flag=ü\n\nit's $HOME\n",
      ],
      ['stdin', programs.shoutStdin, { stdin: 'sécond\nlast' }, 'SÉCOND\nLAST'],
      ['variables', programs.printGreeting, { env: { GREETING: 'héllo = "x"' } }, 'héllo = "x"\n'],
      ['files', programs.printFile, { files: words }, 'some wörds\n'],
      ['modules', programs.importModule, { files: module }, '42\n'],
      [
        'file name',
        programs.printFileName,
        { fileName: programs.otherFileName },
        `${programs.otherFileName}\n`,
      ],
    ];
    // What is the same text in both languages is run in one.
    const own = cases.filter(([, code]) => language === 'javascript' || !SHARED.includes(code));
    test.each(own)('%s', async (_, code, wanted, stdout) => {
      const result = await run(code, { language, fileName, ...wanted });
      expect(result).toMatchObject({ stdout, stderr: '', end: { cause: 'exit', exitCode: 0 } });
    });

    test('an uncaught error: file and line, nothing of ours, exit code 1', async () => {
      const { end, stdout, stderr } = await run(programs.fail ?? '', { language, fileName });
      expect({ end, stdout }).toMatchObject({ end: { cause: 'exit', exitCode: 1 }, stdout: 'before\n' });
      expect(stderr).toMatch(new RegExp(`${fileName}:3\\nthrow new Oops\\("no"\\)`));
      expect(stderr).not.toMatch(/\[eval|launcher\.|becomeProgram/);
    });

    test('a syntax error: file and line, exit code 1', async () => {
      const { end, stderr } = await run(`\n${programs.syntaxError}`, { language, fileName });
      expect(end).toMatchObject({ cause: 'exit', exitCode: 1 });
      expect(stderr).toMatch(/SyntaxError/);
      expect(stderr).toContain(`${fileName}:2`);
    });
  },
);

describe('as Node itself runs them', () => {
  const code = `const { createRequire } = require('module');
    console.log(JSON.stringify({
      main: [require.main === module, module.id, module.parent === null || module.parent === undefined, __filename],
      argv: process.argv, execArgv: process.execArgv, title: process.title, env: process.env, cwd: process.cwd(),
      globals: ['fs', 'module', 'require', 'path', 'exports'].filter((name) => name in globalThis),
      cache: Object.keys(require.cache), descriptors: require('fs').readdirSync('/proc/self/fd').length,
      maps: process.sourceMapsEnabled, pipes: [0, 1, 2].map((fd) => require('fs').fstatSync(fd).isFIFO()),
      listeners: process.eventNames().map(String), limits: require('fs').readFileSync('/proc/self/limits', 'utf8'),
    }))`;

  test('CommonJS is the main module; nothing is left of what was before', async () => {
    await using launcher = await startNode({
      env: { PATH: '/usr/bin:/bin', LAUNCHERS: 'own', NODE_OPTIONS: '' },
    });
    const { directory } = launcher;
    const { stdout, stderr } = await launcher.result(code, { args: ['a'], env: { B: 'c' } });
    expect(stderr).toBe('');
    const told = JSON.parse(stdout);
    const file = `${directory}/main.js`;
    expect(told).toMatchObject({
      main: [true, '.', true, file],
      argv: [process.execPath, file, 'a'],
      execArgv: [],
      title: 'node',
      cwd: directory,
      globals: [],
      cache: [file],
      maps: false,
      pipes: [true, true, true],
    });
    expect(told.env).toEqual({
      PATH: '/usr/bin:/bin',
      HOME: directory,
      LANG: 'C.UTF-8',
      LOGNAME: 'program',
      PYTHONDONTWRITEBYTECODE: '1',
      TMPDIR: '/tmp',
      XDG_CACHE_HOME: '/tmp/.cache',
      USER: 'program',
      B: 'c',
    });
    expect(told.limits).toMatch(/Max processes +256 +256/);
    expect(told.limits).toMatch(/Max file size +268435456 +268435456/);
    expect(told.limits).toMatch(/Max core file size +0 +0/);
  });

  test.each([
    ['main.mjs', 'import.meta'],
    ['main.js', 'import.meta'],
    ['a b#c?d%41é.ts', 'import.meta as ImportMeta'],
  ])('an ES module, %s: import.meta, top-level await, dynamic imports', async (fileName, meta) => {
    const { stdout, stderr } = await run(
      `import { basename } from 'node:path'; const meta = ${meta}; const late = await import('./late.mjs');
      await new Promise((resolve) => setTimeout(resolve, 1));
      console.log(meta.main, basename(meta.filename), late.default, typeof require, process.argv[1] === meta.filename)`,
      { fileName, files: [{ path: 'late.mjs', content: 'export default 5' }] },
    );
    expect({ stdout, stderr }).toEqual({ stdout: `true ${fileName} 5 undefined true\n`, stderr: '' });
  });

  test('TypeScript: enums, namespaces, parameter properties, .cts and .ts imports, in workers and forks too', async () => {
    const { stdout, stderr } = await run(
      `import { Worker, isMainThread } from 'node:worker_threads'; import { fork } from 'node:child_process';
      import { Word, type Told } from './lib/word.ts'; import { two } from './two.cts';
      namespace Space { export const three: number = 3 }
      class Point { constructor(public readonly x: number, private y = 2) {} sum(): number { return this.x + this.y } }
      const told: Told = Word.Hello;
      if (!isMainThread || process.send) console.log(process.send ? 'fork' : 'worker', told);
      else {
        console.log(told, Space.three, new Point(1).sum(), two);
        new Worker(new URL(import.meta.url)).on('exit', () => fork(import.meta.filename, { stdio: 'inherit' }));
      }`,
      {
        fileName: 'main.ts',
        files: [
          { path: 'lib/word.ts', content: 'export enum Word { Hello = "hello" }\nexport type Told = Word' },
          { path: 'two.cts', content: 'const two: number = 2; module.exports = { two }' },
        ],
      },
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'hello 3 3 2\nworker hello\nfork hello\n', stderr: '' });
  });

  test('the line of an error in TypeScript is the one that was written', async () => {
    const code =
      'interface A {\n  b: string;\n}\nenum B {\n  C,\n}\nsetTimeout(() => {\n  throw new TypeError("no" as string);\n});';
    const { end, stderr } = await run(code, { fileName: 'main.ts' });
    expect(end).toMatchObject({ cause: 'exit', exitCode: 1 });
    expect(stderr).toMatch(/main\.ts:8\n/);
    expect(stderr).toMatch(/main\.ts:8:9\)/);
  });

  test.each([
    ['process.exitCode = 5', 5],
    ['Promise.reject(new Error("x"))', 1],
    ['process.on("uncaughtException", () => process.exit(6)); throw new Error("x")', 6],
    ['await new Promise(() => {})', 13],
    ['console.log("x".repeat(3e6)); process.exit(3)', 3],
  ])('%s gives %i', async (code, exitCode) => {
    const { end, stdout } = await run(code);
    expect(end).toMatchObject({ cause: 'exit', exitCode, signal: null });
    if (exitCode === 3) expect(stdout).toHaveLength(3e6 + 1);
  });

  test('stdin as a stream, by its name, or not at all', async () => {
    const stdin = 'one\ntwo\n'.repeat(100_000);
    const [lines, name, ignored] = await Promise.all([
      run(
        `import readline from 'node:readline'; let count = 0;
        for await (const line of readline.createInterface({ input: process.stdin })) count += line.length;
        console.log(count)`,
        { stdin },
      ),
      run(
        `const fs = require('fs'); console.log(fs.readFileSync('/dev/stdin', 'utf8').length);
        fs.writeFileSync('/dev/stderr', 'by name'); fs.writeFileSync('/dev/stdout', 'by name')`,
        { stdin },
      ),
      run(`console.log('not read')`, { stdin }),
    ]);
    expect(lines.stdout).toBe('600000\n');
    expect(name).toMatchObject({ stdout: '800000\nby name', stderr: 'by name' });
    expect(ignored).toMatchObject({ stdout: 'not read\n', end: { exitCode: 0 } });
  });

  test('time that passed while it was waited for a program is none of its timers', async () => {
    await using launcher = await startNode();
    await launcher.hello();
    await setTimeout(150);
    const { stdout } = await launcher.result(
      'const at = Date.now(); setTimeout(() => console.log(Date.now() - at >= 99), 100)',
    );
    expect(stdout).toBe('true\n');
  });
});
