import { describe, expect, test } from 'vitest';
import { ScriptedInput } from '../../support/program-input.ts';
import type { SessionTheme } from '../session-host.ts';
import { TestSession } from './session.ts';

export const describePython: SessionTheme = (runner) => {
  describe('cells of Python', () => {
    const open = () => TestSession.open(runner(), 'python', { env: [{ name: 'GREETING', value: 'hi' }] });

    test('variables stay; the value of the last expression is displayed; output is numbered from 1', async () => {
      await using session = await open();
      const first = await session.cell('x = 20\nprint("one")\nx + 1').succeeds();
      expect(first.chunks.map(({ seq, stream, text }) => [seq, stream, text])).toEqual([
        [1, 'STDOUT', 'one\n'],
        [2, 'DISPLAY', '21'],
      ]);
      expect(first.displays).toMatchObject([{ isResult: true, parts: [] }]);
      const second = await session.cell('print(x, _)').succeeds();
      expect(second.chunks).toMatchObject([{ seq: 1, text: '20 21\n' }]);
      expect(second.displays).toEqual([]);
      expect((await session.cell('x;').succeeds()).chunks).toEqual([]);
      expect((await session.cell('None').succeeds()).chunks).toEqual([]);
    });

    test('contexts are apart from each other', async () => {
      await using session = await open();
      await session.output('x = 1', 'one');
      expect(await session.cell('x', { context: 'two' }).failsWith(1)).toContain("name 'x' is not defined");
      expect(await session.output('x', 'one')).toBe('1');
    });

    test('a traceback shows the lines of the cells it goes through, with carets, and none of ours', async () => {
      await using session = await open();
      await session.output('def divide(a):\n    return a / 0');
      expect(await session.cell('y = 5\ndivide(y)').failsWith(1)).toBe(
        'Traceback (most recent call last):\n' +
          '  File "<cell 2>", line 2, in <module>\n' +
          '    divide(y)\n' +
          `${/3\.1[3-9]/.test(version(runner)) ? '    ~~~~~~^^^\n' : ''}` +
          '  File "<cell 1>", line 2, in divide\n' +
          '    return a / 0\n' +
          '           ~~^~~\n' +
          'ZeroDivisionError: division by zero\n',
      );
    });

    test('what cannot be compiled runs no line of it', async () => {
      await using session = await open();
      const stderr = await session.cell('print("no")\nfor x in 1 2:\n  pass').failsWith(1);
      expect(stderr).toContain('File "<cell 1>", line 2\n    for x in 1 2:\n');
      expect(stderr).toContain('SyntaxError: invalid syntax');
    });

    test('input() prompts, reads what is written while the cell runs, and meets its end', async () => {
      await using session = await open();
      const input = new ScriptedInput();
      const run = session.cell('name = input("name? ")\nprint("hello", name)\ninput()', { input });
      await run.printed('name? ');
      input.write('Ada\n');
      await run.printed('hello Ada\n');
      input.end();
      expect(await run.failsWith(1)).toContain('EOFError: EOF when reading a line');
    });

    test('each cell has its own stdin', async () => {
      await using session = await open();
      const stdin = (text: string) => ({ payload: { stdin: text } });
      await session.cell('a = input()', stdin('first\nnot read\n')).succeeds();
      await session.cell('b = input()', stdin('second\n')).succeeds();
      await session.cell('input()').failsWith(1);
      expect(await session.output('a, b')).toBe("('first', 'second')");
    });

    test('await at the top, in one event loop', async () => {
      await using session = await open();
      await session.output('import asyncio\nasync def later(x):\n  await asyncio.sleep(0)\n  return x');
      expect(
        await session.output('queue = asyncio.Queue()\nawait queue.put(await later(3))\nawait queue.get()'),
      ).toBe('3');
    });

    test('a task goes on while later cells wait, whoever created it', async () => {
      await using session = await open();
      const made = session.cell(
        'import asyncio\nasync def count():\n  for n in range(3):\n    print(n)\n    await asyncio.sleep(0)\n' +
          'def begin(): return asyncio.create_task(count())\ntask = begin()\ntask.done()',
      );
      expect((await made.succeeds()).text('DISPLAY')).toBe('False');
      expect(made.text()).toBe('0\n');
      expect((await session.cell('await task').succeeds()).text()).toBe('1\n2\n');
      expect(await session.output('async def one(): return 1\nasyncio.run(one())')).toBe('1');
      await session.output('from asyncio import create_task\nother = create_task(one(), name="other")');
      expect(await session.output('(await other, other.get_name())')).toBe("(1, 'other')");
    });

    test('what a bundle has nothing of is no part; nothing at all is not displayed', async () => {
      await using session = await open();
      const run = await session
        .cell(
          'display({"text/plain": None, "text/html": None})\ndisplay({"text/html": None, "text/latex": "x"})',
        )
        .succeeds();
      expect(run.displays).toEqual([
        { text: '', parts: [{ mediaType: 'text/latex', data: 'x', isBase64: false }], isResult: false },
      ]);
    });

    test('display() takes representations and bundles by media types', async () => {
      await using session = await open();
      const run = await session
        .cell(
          'class Shape:\n' +
            '  def __repr__(self): return "shape"\n' +
            '  def _repr_html_(self): return "<b>shape</b>"\n' +
            '  def _repr_png_(self): return b"\\x89PNG"\n' +
            'print("before")\n' +
            'display(Shape(), {"text/plain": "plain", "application/json": {"a": [1]}})\n' +
            'print("after")\n' +
            'Shape()',
        )
        .succeeds();
      const shape = [
        { mediaType: 'text/html', data: '<b>shape</b>', isBase64: false },
        { mediaType: 'image/png', data: 'iVBORw==', isBase64: true },
      ];
      expect(run.displays).toEqual([
        { text: 'shape', parts: shape, isResult: false },
        {
          text: 'plain',
          parts: [{ mediaType: 'application/json', data: '{"a": [1]}', isBase64: false }],
          isResult: false,
        },
        { text: 'shape', parts: shape, isResult: true },
      ]);
      expect(run.chunks.map(({ text }) => text)).toEqual(['before\n', 'shape', 'plain', 'after\n', 'shape']);
    });

    test('a long result is cut with the whole beside it; one beyond the bound is left out with a sentence', async () => {
      await using session = await open();
      const long = await session.cell('"x" * 10_000').succeeds();
      expect(long.displays[0]?.text).toMatch(/^'x{3999}\n\[6002 more characters\]$/);
      expect(long.displays[0]?.parts).toMatchObject([
        { mediaType: 'text/plain', data: `'${'x'.repeat(10_000)}'` },
      ]);
      const huge = await session
        .cell('display({"text/plain": "small", "image/png": b"x" * 9_000_000})')
        .succeeds();
      const large = await session
        .cell('display({"image/png": b"x" * 3_000_000, "text/html": "<b>"})')
        .succeeds();
      expect(large.displays[0]?.parts.map(({ mediaType, data }) => [mediaType, data.length])).toEqual([
        ['image/png', 4_000_000],
        ['text/html', 3],
      ]);
      expect(huge.displays).toMatchObject([{ parts: [] }]);
      expect(huge.displays[0]?.text).toBe(
        'small\n[image/png of 12000002 bytes left out: at most 8388608 of one result are kept]',
      );
    });

    test('exit codes, arguments and variables are those of a program', async () => {
      await using session = await open();
      await session.cell('raise SystemExit(3)').failsWith(3);
      expect(await session.cell('import sys; sys.exit("bye")').failsWith(1)).toBe('bye\n');
      const run = session.cell(
        'import os, sys; print(sys.argv, os.environ["GREETING"], os.environ["MORE"])',
        {
          args: ['a', 'b'],
          payload: { env: [{ name: 'MORE', value: 'm' }] },
        },
      );
      expect((await run.succeeds()).text()).toBe("['main.py', 'a', 'b'] hi m\n");
    });

    test('a program may draw on its interpreter: figures of matplotlib are displayed and closed', async () => {
      await using session = await open();
      // Where it is not installed its place is taken by modules with the same few functions.
      await session.output(FIGURES);
      const run = await session.cell('plt.figure()\nplt.figure()\nprint("drawn")').succeeds();
      expect(run.chunks.map(({ stream }) => stream)).toEqual(['STDOUT', 'DISPLAY', 'DISPLAY']);
      expect(run.displays.map(({ parts }) => parts)).toEqual([
        [{ mediaType: 'image/png', data: 'iVBORyAx', isBase64: true }],
        [{ mediaType: 'image/png', data: 'iVBORyAy', isBase64: true }],
      ]);
      expect(await session.output('plt.get_fignums()')).toBe('[]');
    });
  });
};

const FIGURES = `
import sys, types
figure_module = types.ModuleType("matplotlib.figure")
class Figure:
    def __init__(self, number): self.number = number
    def __repr__(self): return f"<Figure {self.number}>"
    def savefig(self, file, format, bbox_inches): file.write(b"\\x89PNG %d" % self.number)
figure_module.Figure = Figure
plt = types.ModuleType("matplotlib.pyplot")
plt.open = {}
def figure(number=None):
    number = number or len(plt.open) + 1
    return plt.open.setdefault(number, Figure(number))
def close(figure): plt.open.pop(figure.number, None)
plt.figure, plt.close, plt.get_fignums = figure, close, lambda: list(plt.open)
sys.modules.update({"matplotlib.figure": figure_module, "matplotlib.pyplot": plt})
`;

function version(runner: Parameters<SessionTheme>[0]): string {
  return runner().runtimes.find(({ language }) => language === 'python')?.version ?? '';
}
