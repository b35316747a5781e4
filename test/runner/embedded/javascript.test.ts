import { describe, expect, test } from 'vitest';
import { useJavascriptRunner } from './javascript_runner.ts';

const { run } = useJavascriptRunner();

async function printed(code: string, options: Parameters<typeof run>[1] = {}): Promise<string> {
  const program = run(code, options);
  await program.endsBy('EXITED');
  expect(program.text('STDERR')).toBe('');
  return program.text();
}

describe('as in Node', () => {
  test('process.argv has the program and its arguments, Deno.args the latter', async () => {
    const text = await printed('console.log(JSON.stringify([process.argv.slice(1), Deno.args]))', {
      args: ['a', 'b'],
    });
    expect(JSON.parse(text)).toEqual([
      [expect.stringMatching(/main\.js$/), 'a', 'b'],
      ['a', 'b'],
    ]);
  });

  test('the environment holds what was given, a home and a language, and nothing of the host', async () => {
    const env = [{ name: 'MINE', value: '1' }];
    const text = await printed('console.log(JSON.stringify(Deno.env.toObject()))', { payload: { env } });
    expect(JSON.parse(text)).toEqual({ MINE: '1', LANG: 'C.UTF-8', HOME: expect.any(String) });
  });

  test('CommonJS by .cjs, as the main module', async () => {
    const code =
      'console.log(require.main === module, typeof require("fs").readFileSync, require("./a.cjs"))';
    const files = [{ path: 'a.cjs', content: Buffer.from('module.exports = 5') }];
    expect(await printed(code, { fileName: 'main.cjs', payload: { files } })).toBe('true function 5\n');
  });

  test('modules of Node by their bare names', async () => {
    const code =
      'import { readFile } from "fs/promises"; import { EOL } from "os"; console.log(typeof readFile, EOL.length)';
    expect(await printed(code)).toBe('function 1\n');
  });

  test('stdin as a stream, line by line', async () => {
    const code = `import readline from 'node:readline';
      for await (const line of readline.createInterface({ input: process.stdin })) console.log('>', line);`;
    expect(await printed(code, { payload: { stdin: 'one\ntwo' } })).toBe('> one\n> two\n');
  });

  test('timers, top-level await and exit handlers run to their end', async () => {
    const code = `process.on('exit', (code) => console.log('exit', code));
      await new Promise((resolve) => setTimeout(resolve, 5));
      setTimeout(() => console.log('late'), 10);`;
    expect(await printed(code)).toBe('late\nexit 0\n');
  });

  test('a file name with characters that mean something in a URL', async () => {
    expect(await printed('console.log("ok")', { fileName: 'a b#c?d%41é.js' })).toBe('ok\n');
  });
});

describe('exit codes', () => {
  test.each([
    ['process.exit(3)', 3],
    ['Deno.exit(4)', 4],
    ['process.exitCode = 5', 5],
    ['Promise.reject(new Error("x"))', 1],
    ['setTimeout(() => { throw new Error("x") }, 1)', 1],
    ['await new Promise(() => {})', 1],
    ['process.on("uncaughtException", () => process.exit(6)); throw new Error("x")', 6],
    ['process.on("unhandledRejection", () => process.exit(7)); Promise.reject(new Error("x"))', 7],
  ])('%s gives %i', async (code, exitCode) => {
    expect((await run(code).endsBy('EXITED')).exitCode).toBe(exitCode);
  });

  test('a process that aborts is reported by its signal', async () => {
    expect(await run('process.abort()').endsBy('SIGNALLED')).toMatchObject({
      exitCode: null,
      signal: 'SIGABRT',
    });
  });
});

describe('what is said of an uncaught error', () => {
  test.each([
    ['at once', 'function f() {\n  throw new TypeError("no");\n}\nf();', 'main.js:2:9'],
    ['later', 'setTimeout(() => {\n  throw new TypeError("no");\n}, 1);', 'main.js:2:9'],
    ['in a module that is missing', 'import "./nowhere.js";', 'main.js:1:8'],
  ])('%s: message and place, and nothing of ours', async (_, code, place) => {
    const program = run(code);
    expect((await program.endsBy('EXITED')).exitCode).toBe(1);
    expect(program.text('STDERR')).toContain(place);
    expect(program.text('STDERR')).not.toContain('launchers');
  });
});
