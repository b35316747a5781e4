import { describe, expect, test } from 'vitest';
import type { SessionTheme } from '../session-host.ts';
import { type SessionRun, TestSession } from './session.ts';

const file = (path: string, content: string) => ({ path, content: Buffer.from(content) });

export const describeFiles: SessionTheme = (runner) => {
  describe('the working directory of a session', () => {
    test('its files are there for cells and for fresh processes, and what either writes for the others', async () => {
      await using session = await TestSession.open(runner(), 'python', { files: [file('data/a.txt', 'A')] });
      expect(await session.output('open("data/a.txt").read()')).toBe("'A'");
      await session.output(
        'import os\nopen("b.txt", "w").write("from a cell")\nos.mkdir("made")\nopen("made/c.bin", "wb").write(bytes(700_000))\nNone',
      );
      const program = session.program(
        'import os\nprint(open("data/a.txt").read(), open("b.txt").read(), os.path.getsize("made/c.bin"))\n' +
          'open("made/d.txt", "w").write("from a program")\nos.remove("b.txt")',
      );
      expect((await program.succeeds()).text()).toBe('A from a cell 700000\n');
      expect(await session.output('open("made/d.txt").read(), os.path.exists("b.txt")')).toBe(
        "('from a program', False)",
      );
      expect(await session.output('import os; sorted(os.listdir("made"))', 'other')).toBe(
        "['c.bin', 'd.txt']",
      );
    });

    test('a fresh process that ends itself leaves its files, and a changed file replaces the old one', async () => {
      await using session = await TestSession.open(runner(), 'python');
      await session.output('open("log", "w").write("longer than what comes")\nNone');
      const program = session.program('import os\nwith open("log", "w") as f: f.write("short")\nos._exit(3)');
      await program.failsWith(3);
      expect(await session.output('open("log").read()')).toBe("'short'");
      await session.output('open("log", "a").write("er")\nNone');
      expect((await session.program('print(open("log").read())').succeeds()).text()).toBe('shorter\n');
    });

    test('what an execution leaves is taken, and nothing of those before it', async () => {
      await using session = await TestSession.open(runner(), 'python', { files: [file('given.txt', 'g')] });
      const left = async (run: SessionRun): Promise<readonly string[]> => {
        await run.succeeds();
        return run.files.paths;
      };
      const write = (path: string, text: string): string => `open("${path}", "w").write("${text}")\nNone`;
      expect(await left(session.cell(write('one.txt', '1')))).toEqual(['one.txt']);
      expect(await left(session.cell(write('two.txt', '2')))).toEqual(['two.txt']);
      expect(await left(session.cell(write('one.txt', '11')))).toEqual(['one.txt']);
      expect(await left(session.cell('1'))).toEqual([]);
      const given = { payload: { files: [file('more.txt', 'm')] } };
      expect(await left(session.cell('1', given))).toEqual([]);
      const program = session.program(write('three.txt', '3'), given);
      expect(await left(program)).toEqual(['three.txt']);
      expect((await program.files.content('three.txt')).toString()).toBe('3');
      expect(await left(session.cell(write('two.txt', '22'), { outputFiles: [] }))).toEqual([]);
      const failed = session.cell(`${write('four.txt', '4')}\nraise SystemExit(2)`);
      await failed.failsWith(2);
      expect(failed.files.paths).toEqual(['four.txt']);
    });

    test('files that come with an execution stay', async () => {
      await using session = await TestSession.open(runner(), 'python');
      const run = session.cell('import helper; helper.x', {
        payload: { files: [file('helper.py', 'x = 5')] },
      });
      expect((await run.succeeds()).text('DISPLAY')).toBe('5');
      const program = session.program('import helper; print(helper.x + 1)');
      expect((await program.succeeds()).text()).toBe('6\n');
    });

    test.each(['javascript', 'typescript'])('files of a session are there for %s', async (language) => {
      await using session = await TestSession.open(runner(), language, { files: [file('a.txt', 'A')] });
      const code = 'import { readFileSync } from "node:fs"; console.log(readFileSync("a.txt", "utf8"))';
      const isSeenByCells = async (path: string): Promise<void> => {
        expect(await session.output(code.replace('a.txt', `${path}.txt`))).toBe(`${path.toUpperCase()}\n`);
      };
      await isSeenByCells('a');
      expect((await session.program(code).succeeds()).text()).toBe('A\n');
      const more = { payload: { files: [file('b.txt', 'B')] } };
      await session.program('1', more).succeeds();
      await isSeenByCells('b');
      expect((await session.program(code.replace('a.txt', 'b.txt')).succeeds()).text()).toBe('B\n');
    });

    test.each(['javascript', 'typescript'])(
      'files that %s writes are there for the others',
      async (language) => {
        const leaves = runner().runtimes.some((one) => one.language === language && one.leavesFiles);
        if (!leaves) return;
        await using session = await TestSession.open(runner(), language, { files: [file('a.txt', 'A')] });
        const write =
          'import { mkdirSync, writeFileSync, rmSync } from "node:fs"; mkdirSync("made", { recursive: true }); ';
        const read =
          'import { readFileSync } from "node:fs"; console.log(readFileSync("made/b.bin").length, readFileSync("a.txt", "utf8"))';
        await session
          .program(
            `${write} writeFileSync("made/b.bin", Buffer.alloc(700_000)); writeFileSync("a.txt", "changed")`,
          )
          .succeeds();
        expect((await session.program(read).succeeds()).text()).toBe('700000 changed\n');
        expect(await session.output(read)).toBe('700000 changed\n');
        const run = session.cell(
          `${write} writeFileSync("made/b.bin", "short"); writeFileSync("c.txt", "C"); rmSync("a.txt"); 0`,
        );
        await run.succeeds();
        expect(run.files.paths).toEqual(['c.txt', 'made/b.bin']);
        const look =
          'import { existsSync, readFileSync } from "node:fs"; console.log(existsSync("a.txt"), readFileSync("made/b.bin", "utf8"))';
        expect((await session.program(look).succeeds()).text()).toBe('false short\n');
        expect(await session.output(look, 'other')).toBe('false short\n');
      },
    );

    test('a fresh process knows no variables and gets stdin, arguments and environment', async () => {
      await using session = await TestSession.open(runner(), 'python', { env: [{ name: 'S', value: 's' }] });
      await session.output('x = 1');
      const program = session.program(
        'import os, sys\nprint("x" in globals(), input(), input(), sys.argv[1:], os.environ["S"] + os.environ["T"])\nsys.exit(4)',
        { args: ['a'], payload: { stdin: 'one\ntwo\n', env: [{ name: 'T', value: 't' }] } },
      );
      await program.failsWith(4);
      expect(program.text()).toBe("False one two ['a'] st\n");
      expect(program.stateLost).toBe(false);
    });
  });
};
