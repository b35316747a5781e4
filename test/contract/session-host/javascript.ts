import { describe, expect, test } from 'vitest';
import { ScriptedInput } from '../../support/program-input.ts';
import type { SessionTheme } from '../session-host.ts';
import { TestSession } from './session.ts';

export const describeJavaScript: SessionTheme = (runner) => {
  describe.each(['javascript', 'typescript'])('cells of %s', (language) => {
    const open = () => TestSession.open(runner(), language, { env: [{ name: 'GREETING', value: 'hi' }] });

    test('variables stay, const may be declared anew, the value of the last expression is displayed', async () => {
      await using session = await open();
      const first = await session.cell('const x = 20; console.log("one"); x + 1').succeeds();
      expect(first.chunks.map(({ seq, stream, text }) => [seq, stream, text])).toEqual([
        [1, 'STDOUT', 'one\n'],
        [2, 'DISPLAY', '21'],
      ]);
      expect(first.displays).toMatchObject([{ isResult: true }]);
      expect(await session.output('const x = [1, { a: "b" }]; x')).toBe(
        '[ 1, { a: "b" } ]'.replaceAll('"', quote(runner)),
      );
      expect(await session.output('function twice(n) { return 2 * n }')).toBe('');
      expect(await session.output('class A {}; twice(x[0])')).toBe('2');
      for (const [code, text] of [
        ['undefined', ''],
        ['null', 'null'],
        ['NaN', 'NaN'],
        ['10n', '10n'],
      ] as const) {
        expect(await session.output(code)).toBe(text);
      }
    });

    test('contexts are apart from each other', async () => {
      await using session = await open();
      await session.output('let x = 1', 'one');
      expect(await session.output('typeof x === "undefined"', 'two')).toBe('true');
      expect(await session.output('x', 'one')).toBe('1');
    });

    test('await at the top, and imports', async () => {
      await using session = await open();
      expect(await session.output('await new Promise((done) => setTimeout(() => done(7), 5))')).toBe('7');
      const code =
        'import { join } from "node:path"\nimport * as url from "node:url"\njoin("a", typeof url.fileURLToPath) === "a/function"';
      expect(await session.output(code)).toBe('true');
      expect(await session.output('join("b", "c") === "b/c"')).toBe('true');
    });

    test('an uncaught error names the places in the cells it goes through', async () => {
      await using session = await open();
      await session.output('function fail(x) {\n  throw new RangeError(x);\n}');
      const stderr = await session.cell('1;\nfail("bad")').failsWith(1);
      expect(stderr).toMatch(/RangeError: bad\n\s+at fail \(cell-1:2:9\)\n\s+at cell-2:2:1\n/);
      expect(stderr).not.toMatch(/node:|ext:|file:/);
      expect(await session.cell('throw 5').failsWith(1)).toContain('5');
    });

    test('what cannot be compiled runs no line of it and is shown', async () => {
      await using session = await open();
      const run = session.cell('console.log("no");\nlet x = ;');
      expect(await run.failsWith(1)).toMatch(/let x = ;\n[ |]+[\^~]/);
      expect(run.text()).toBe('');
    });

    test('prompt() and process.stdin read what is written to the cell', async () => {
      await using session = await open();
      const input = new ScriptedInput();
      const run = session.cell(
        'const name = prompt("name?"); console.log("hello", name); prompt("again?") === null',
        { input },
      );
      await run.printed('name? ');
      input.write('Ada\n');
      await run.printed('hello Ada\n');
      input.end();
      await run.succeeds();
      expect(run.text('DISPLAY')).toBe('true');
      const read = session.cell(
        'let all = ""; for await (const part of process.stdin) all += part; all.length',
        {
          payload: { stdin: 'x'.repeat(100_000) },
        },
      );
      expect((await read.succeeds()).text('DISPLAY')).toBe('100000');
      expect(await session.output('prompt("none?") === null')).toBe('none? true');
      const answers = { payload: { stdin: 'one\r\n\nlast' } };
      const lines = session.cell(
        '[prompt("a"), prompt("b", "preset"), prompt("c"), prompt("d")].join("|")',
        answers,
      );
      expect((await lines.succeeds()).text('DISPLAY').slice(1, -1)).toBe('one|preset|last|');
    });

    test('display() takes representations and bundles by media types', async () => {
      await using session = await open();
      const run = await session
        .cell(
          'class Shape { _repr_html_() { return "<b>shape</b>" } [Symbol.for("Jupyter.display")]() { return { "text/plain": "shape" } } }\n' +
            'console.log("before"); display(new Shape(), { "text/plain": "plain", "image/png": new Uint8Array([137, 80]) }); console.log("after"); new Shape()',
        )
        .succeeds();
      const parts = [{ mediaType: 'text/html', data: '<b>shape</b>', isBase64: false }];
      expect(run.displays).toEqual([
        { text: 'shape', parts, isResult: false },
        { text: 'plain', parts: [{ mediaType: 'image/png', data: 'iVA=', isBase64: true }], isResult: false },
        { text: 'shape', parts, isResult: true },
      ]);
      expect(run.chunks.map(({ text }) => text)).toEqual(['before\n', 'shape', 'plain', 'after\n', 'shape']);
    });

    test('what a bundle has nothing of is no part; nothing at all is not displayed', async () => {
      await using session = await open();
      const run = await session
        .cell('display({ "text/html": null }); display({ "text/html": undefined, "text/latex": "x" })')
        .succeeds();
      expect(run.displays).toEqual([
        { text: '', parts: [{ mediaType: 'text/latex', data: 'x', isBase64: false }], isResult: false },
      ]);
    });

    test('what nobody waits for any more is printed and ends nothing', async () => {
      await using session = await open();
      await session.output('const kept = 1; Promise.reject(new Error("stray")); 0');
      const run = session.cell(
        'setTimeout(() => { throw new Error("later") }); await new Promise((r) => setTimeout(r, 30)); kept',
      );
      await run.succeeds();
      expect(run.text('DISPLAY')).toBe('1');
      expect(run.text('STDERR')).toContain('Error: later');
    });

    test('arguments and variables are those of a program', async () => {
      await using session = await open();
      const run = session.cell('process.argv.slice(2).join() + process.env.GREETING + process.env.MORE', {
        args: ['a', 'b'],
        payload: { env: [{ name: 'MORE', value: 'm' }] },
      });
      expect((await run.succeeds()).text('DISPLAY').slice(1, -1)).toBe('a,bhim');
    });
  });

  test('types are removed', async () => {
    await using session = await TestSession.open(runner(), 'typescript');
    await session.output(
      'interface Point { readonly x: number }\nenum Color { Red = 3 }\nconst point: Point = { x: Color.Red };',
    );
    expect(await session.output('point.x as number')).toBe('3');
  });
};

/** How the runtime quotes a text in what it displays. */
function quote(runner: Parameters<SessionTheme>[0]): string {
  return runner().kind === 'embedded' ? '"' : "'";
}
