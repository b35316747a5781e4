import { describe, expect, test } from 'vitest';
import type { Theme } from '../runner.ts';
import { ObservedRun } from './run.ts';

export const describeInputs: Theme = (runner, all) => {
  describe.each(all)('what a program gets: $language', (programs) => {
    const { language } = programs;

    test('arguments as they are', async () => {
      const args = ['one', 'two words', '--flag=ü', '', "it's $HOME"];
      const run = new ObservedRun(runner(), language, programs.printArguments, { args });
      expect((await run.endsBy('EXITED')).exitCode).toBe(0);
      expect(run.text()).toBe(args.map((arg) => `${arg}\n`).join(''));
    });

    test('stdin to its end', async () => {
      const stdin = 'first line\nsécond\nno newline at the end';
      const run = new ObservedRun(runner(), language, programs.shoutStdin, { payload: { stdin } });
      await run.endsBy('EXITED');
      expect(run.text()).toBe(stdin.toUpperCase());
    });

    test('a megabyte of stdin, or none of it when it does not read', async () => {
      const payload = { stdin: 'abcdefgh'.repeat(131_072) };
      const limits = { outputBytes: 10_000_000 };
      const reads = new ObservedRun(runner(), language, programs.shoutStdin, { payload, limits });
      await reads.endsBy('EXITED');
      expect(reads.text()).toBe(payload.stdin.toUpperCase());
      const ignores = new ObservedRun(runner(), language, programs.hello, { payload });
      expect((await ignores.endsBy('EXITED')).exitCode).toBe(0);
    });

    test('variables', async () => {
      const env = [{ name: 'GREETING', value: 'héllo = "x"' }];
      const run = new ObservedRun(runner(), language, programs.printGreeting, { payload: { env } });
      await run.endsBy('EXITED');
      expect(run.text()).toBe('héllo = "x"\n');
    });

    test('files beside it', async () => {
      const files = [
        { path: 'data/words.txt', content: Buffer.from('some wörds') },
        { path: 'data/deep/er/empty', content: Buffer.alloc(0) },
      ];
      const run = new ObservedRun(runner(), language, programs.printFile, { payload: { files } });
      await run.endsBy('EXITED');
      expect(run.text()).toBe('some wörds\n');
    });

    test('modules beside it', async ({ skip }) => {
      if (programs.module === null) return skip('it has no modules');
      const { path, content } = programs.module;
      const files = [{ path, content: Buffer.from(content) }];
      const run = new ObservedRun(runner(), language, programs.importModule, { payload: { files } });
      await run.endsBy('EXITED');
      expect(run.text()).toBe('42\n');
    });

    test('the file name it was given', async () => {
      const fileName = programs.otherFileName;
      const run = new ObservedRun(runner(), language, programs.printFileName, { fileName });
      await run.endsBy('EXITED');
      expect(run.text()).toBe(`${fileName}\n`);
    });

    test('nothing of the run before it', async () => {
      const first = new ObservedRun(runner(), language, programs.hello, {
        payload: { env: [{ name: 'GREETING', value: 'from before' }] },
      });
      await first.endsBy('EXITED');
      const second = new ObservedRun(runner(), language, programs.printGreeting);
      await second.endsBy('EXITED');
      expect(second.text()).not.toContain('from before');
    });
  });
};
