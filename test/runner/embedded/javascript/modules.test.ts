import { describe, expect, test } from 'vitest';
import { useJavascriptRunner } from '../javascript_runner.ts';

const { run } = useJavascriptRunner();

type Options = Parameters<typeof run>[1] & { readonly files?: Readonly<Record<string, string>> };

async function printed(code: string, { files = {}, ...options }: Options = {}): Promise<string> {
  const program = run(code, {
    ...options,
    payload: {
      files: Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content) })),
    },
  });
  await program.endsBy('EXITED');
  expect(program.text('STDERR')).toBe('');
  return program.text();
}

describe('CommonJS in .js, as Node decides', () => {
  test.each([
    ['require', 'console.log(typeof require("fs").readFileSync)', 'function\n'],
    [
      'the main module',
      'module.exports = 1; console.log(require.main === module, __filename === module.filename)',
      'true true\n',
    ],
    [
      'sloppy mode',
      'x = 5; var y = 010; console.log(x, y, typeof arguments, this === module.exports)',
      '5 8 object true\n',
    ],
    ['after a hashbang', '#!/usr/bin/env node\nconsole.log(typeof module)', 'object\n'],
    ['no name of CommonJS', 'x = 5; var y = 010; console.log(x, y)', '5 8\n'],
    ['writes that strict mode refuses', 'Math.PI = 3; "abc".x = 1; console.log(Math.PI > 3)', 'true\n'],
    ['return at the top', 'console.log(1); return; console.log(2)', '1\n'],
    [
      'import() without a name of CommonJS',
      'import("node:path").then(({ posix }) => console.log(posix.sep, process.argv.length))',
      '/ 2\n',
    ],
    [
      'names of the environment that it declares are its own',
      `let undefined = "u"; var fetch = 1, localStorage = { a: 1 }, navigator = "n"; class Map {}
function setTimeout() { return 2 }
console.log(undefined, fetch, localStorage.a, navigator, setTimeout());
console.log(typeof globalThis.fetch, typeof globalThis.navigator, globalThis.setTimeout === setTimeout, new globalThis.Map().size);`,
      'u 1 1 n 2\nfunction object false 0\n',
    ],
    [
      'ticks before promises',
      'Promise.resolve().then(() => console.log("promise")); process.nextTick(() => console.log("tick"))',
      'tick\npromise\n',
    ],
    [
      'a module that is missing has a code',
      'try { require("lodash") } catch (e) { console.log(e.code) }',
      'MODULE_NOT_FOUND\n',
    ],
  ])('%s', async (_, code, text) => {
    expect(await printed(code)).toBe(text);
  });

  test('required files are decided likewise', async () => {
    const files = { 'math.js': 'exports.add = (a, b) => a + b;', 'es.js': 'export const x = 5;' };
    expect(await printed('console.log(require("./math").add(2, 3), require("./es.js").x)', { files })).toBe(
      '5 5\n',
    );
  });

  test.each([
    ['import', 'import "fs"; console.log(typeof module, typeof this)'],
    ['export', 'console.log(typeof module, typeof this); export {}'],
    ['await', 'await 1; console.log(typeof module, typeof this)'],
    ['import.meta', 'import.meta.url; console.log(typeof module, typeof this)'],
  ])('a program with %s is an ES module', async (_, code) => {
    expect(await printed(code)).toBe('undefined undefined\n');
  });

  test('so is one beside a package.json that says so', async () => {
    const files = { 'package.json': '{"type":"module"}' };
    expect(await printed('console.log(typeof module)', { files })).toBe('undefined\n');
  });

  test.each([
    [
      'require',
      'const fs: object = require("node:fs"); console.log(typeof module, typeof fs)',
      'object object\n',
    ],
    ['import-equals', 'import fs = require("node:fs");\nconsole.log(typeof fs.readFileSync)', 'function\n'],
  ])('TypeScript: %s', async (_, code, text) => {
    expect(await printed(code, { fileName: 'main.ts' })).toBe(text);
  });
});

describe('errors of a program in .js', () => {
  test.each([
    ['thrown', 'let a = 1;\nfunction f() {\n  throw new Error("boom");\n}\nf();', 'Error: boom', '3:9'],
    ['rejected', '\nPromise.reject(new TypeError("no"))', 'TypeError: no', '2:16'],
    ['thrown later', 'setTimeout(() => { null.x }, 1)', "reading 'x'", '1:25'],
    ['no error at all', 'throw 5', '5', ''],
  ])('%s: the message, its line and exit code 1', async (_, code, message, place) => {
    const program = run(code);
    const outcome = await program.endsBy('EXITED');
    expect(outcome).toMatchObject({ exitCode: 1 });
    expect(program.text('STDERR')).toContain(message);
    if (place !== '') expect(program.text('STDERR')).toContain(`main.js:${place}`);
    expect(program.text('STDERR')).not.toContain('launchers');
  });

  test.each(['main.js', 'main.cjs', 'main.mjs'])(
    'what the first statements of %s throw is an uncaught exception, not a rejection',
    async (fileName) => {
      const thrower = 'throw new Error("boom")';
      const onRejection = 'process.on("unhandledRejection", () => console.log("a rejection"));';
      const unhandled = run(`${onRejection} ${thrower}`, { fileName });
      expect(await unhandled.endsBy('EXITED')).toMatchObject({ exitCode: 1 });
      expect(unhandled.text()).toBe('');
      expect(unhandled.text('STDERR')).toContain('Error: boom');

      const onException = 'process.on("uncaughtException", ({ message }) => console.log(message));';
      expect(await printed(`${onRejection} ${onException} ${thrower}`, { fileName })).toBe('boom\n');
    },
  );

  test('wrong syntax quotes its line', async () => {
    const program = run('let a = 1;\nfoo bar');
    await program.endsBy('EXITED');
    expect(program.text('STDERR')).toMatch(/SyntaxError: .*\n?[\s\S]*main\.js:2:5/);
  });
});

describe('import.meta.main', () => {
  test.each(['main.js', 'main.mjs', 'main.ts'])(
    'is true in %s, and false in what it imports',
    async (fileName) => {
      const typed = fileName.endsWith('.ts') ? ': boolean' : '';
      const code = `import './other.mjs'; const main${typed} = import.meta.main; await 1;
      console.log(main, "import.meta.main", import.meta.url.split('/').at(-1));`;
      const files = { 'other.mjs': 'console.log(import.meta.main)' };
      expect(await printed(code, { fileName, files })).toBe(`false\ntrue import.meta.main ${fileName}\n`);
    },
  );
});

test('stdin by its name /dev/stdin, as by descriptor 0', async () => {
  for (const code of [
    'import { readFileSync } from "node:fs"; console.log(readFileSync("/dev/stdin", "utf8"))',
    'console.log(require("fs").readFileSync("/dev/stdin").toString())',
    'import { readFile } from "node:fs/promises"; console.log(await readFile("/dev/stdin", "utf8"))',
    'import fs from "fs"; for await (const text of fs.createReadStream("/dev/stdin", "utf8")) console.log(text)',
  ]) {
    const program = run(code, { payload: { stdin: 'one\ntwo' } });
    await program.endsBy('EXITED');
    expect(program.text() + program.text('STDERR'), code).toBe('one\ntwo\n');
  }
});
