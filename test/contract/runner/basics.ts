import { describe, expect, test } from 'vitest';
import type { Runner } from '../../../src/executions/runner.ts';
import { ScriptedInput } from '../../support/program-input.ts';
import type { BasicPrograms } from './programs.ts';
import { ObservedRun } from './run.ts';

const byOthers = { exitCode: null, signal: null };

/** What differs by language. */
export function describeBasics(runner: () => Runner, all: readonly BasicPrograms[]): void {
  describe.each(all)('a program in $language', (programs) => {
    const { language, fileName, module } = programs;

    test('gets arguments, variables, files, modules and input, prints to both streams, and ends by its exit code', async () => {
      const args = ['one', 'two words', '--flag=ü', '', "it's $HOME"];
      const files = [
        { path: 'data/words.txt', content: Buffer.from('some wörds') },
        { path: 'data/deep/er/empty', content: Buffer.alloc(0) },
        { path: module.path, content: Buffer.from(module.content) },
      ];
      const env = [{ name: 'GREETING', value: 'héllo = "x"' }];
      const input = new ScriptedInput();
      const before = Date.now();
      const options = { fileName, args, payload: { files, env }, input };
      const run = new ObservedRun(runner(), language, programs.everything, options);
      // A prompt is seen before the answer, lines come as they are written, up to the end.
      await run.printed('name? ');
      input.write('Ada\n');
      await run.printed('hello Ada\n');
      input.write('o');
      input.write('ne\ntwo\n');
      await run.printed('ONE\nTWO\n');
      input.write('no newline');
      input.end();
      const { usage, ...end } = await run.endsBy('EXITED');
      expect(end).toMatchObject({
        exitCode: 7,
        signal: null,
        message: 'The program exited with code 7.',
        outputTruncated: false,
      });
      const given = [...args, 'héllo = "x"', 'some wörds', '42', fileName];
      expect(run.text()).toBe(
        [...given, 'name? hello Ada', 'ONE', 'TWO', 'NO NEWLINE', 'end', ''].join('\n'),
      );
      expect(run.text('STDERR')).toBe('err\n');
      expect(input.takenBytes).toBe(22);
      expect(run.chunks.map(({ seq }) => seq)).toEqual(run.chunks.map((_, index) => index + 1));
      // Its start was reported before it printed, once.
      expect(run.starts).toEqual([
        { at: expect.any(Number), runner: expect.objectContaining({ kind: runner().kind }), chunksBefore: 0 },
      ]);
      expect(run.starts[0]?.at).toBeGreaterThanOrEqual(before);
      expect(run.chunks[0]?.at).toBeGreaterThanOrEqual(run.starts[0]?.at ?? Number.POSITIVE_INFINITY);
      expect(usage?.wallMs).toBeGreaterThanOrEqual(0);
    });

    test('ends by an error nobody caught, with file and line, after what it printed', async ({ skip }) => {
      if (programs.fail === null) return skip('its errors name no line');
      const run = new ObservedRun(runner(), language, programs.fail);
      expect(await run.end).toMatchObject({ reason: 'EXITED', exitCode: programs.failCode ?? 1 });
      expect(run.text()).toBe('before\n');
      expect(run.text('STDERR')).toMatch(/Oops/);
      expect(run.text('STDERR')).toMatch(/main\.\w+["']?(:3|:| on|, )? ?(line )?3/);
      expect(run.text('STDERR')).not.toMatch(/launchers/);
    });

    test('ends by a syntax error', async () => {
      const run = new ObservedRun(runner(), language, programs.syntaxError);
      const { reason, exitCode, message } = await run.end;
      const { isCompiled = false, syntaxErrorCode = 1, syntaxErrorText = /SyntaxError/ } = programs;
      expect({ reason, exitCode }).toEqual({
        reason: isCompiled ? 'COMPILE_FAILED' : 'EXITED',
        exitCode: syntaxErrorCode,
      });
      if (isCompiled)
        expect(message).toMatch(/^The program was not started: the compiler ended with code 1\.$/);
      expect(run.text('STDERR')).toMatch(syntaxErrorText);
      expect(run.text('STDERR')).not.toMatch(/launchers/);
    });

    test('ends by its time limit, whatever it catches', async () => {
      const run = new ObservedRun(runner(), language, programs.neverGiveUp, { limits: { timeoutMs: 300 } });
      const end = await run.endsBy('TIMED_OUT');
      expect(end).toMatchObject({ ...byOthers, message: expect.stringContaining('300') });
      expect(end.usage?.wallMs).toBeGreaterThanOrEqual(300);
    });
  });
}
