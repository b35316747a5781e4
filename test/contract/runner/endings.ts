import { describe, expect, test } from 'vitest';
import type { Theme } from '../runner.ts';
import { ObservedRun } from './run.ts';

const byOthers = { exitCode: null, signal: null };

export const describeEndings: Theme = (runner, all) => {
  describe.each(all)('how a program ends: $language', (programs) => {
    const { language } = programs;

    test('by its exit code', async () => {
      const run = new ObservedRun(runner(), language, programs.exitWith7);
      expect(await run.end).toMatchObject({
        reason: 'EXITED',
        exitCode: 7,
        signal: null,
        message: 'The program exited with code 7.',
        outputTruncated: false,
      });
    });

    test('by an error nobody caught, with file and line, after what it printed', async ({ skip }) => {
      if (programs.fail === null) return skip('its errors name no line');
      const run = new ObservedRun(runner(), language, programs.fail);
      expect(await run.end).toMatchObject({ reason: 'EXITED', exitCode: programs.failCode ?? 1 });
      expect(run.text()).toBe('before\n');
      expect(run.text('STDERR')).toMatch(/Oops/);
      expect(run.text('STDERR')).toMatch(/main\.\w+["']?(:3|:| on|, )? ?(line )?3/);
      expect(run.text('STDERR')).not.toMatch(/launchers/);
    });

    test('by a syntax error', async () => {
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

    test('by its time limit, whatever it catches', async () => {
      const run = new ObservedRun(runner(), language, programs.neverGiveUp, { limits: { timeoutMs: 300 } });
      const end = await run.endsBy('TIMED_OUT');
      expect(end).toMatchObject({ ...byOthers, message: expect.stringContaining('300') });
      expect(end.usage?.wallMs).toBeGreaterThanOrEqual(300);
    });

    test('by its memory limit', async () => {
      const run = new ObservedRun(runner(), language, programs.eatMemory, { limits: { memoryMb: 64 } });
      expect(await run.endsBy('OUT_OF_MEMORY')).toMatchObject({ message: expect.any(String) });
    });

    test('by its output limit, with what it printed before', async () => {
      const outputBytes = 100_000;
      const run = new ObservedRun(runner(), language, programs.printForever, { limits: { outputBytes } });
      expect(await run.endsBy('OUTPUT_LIMIT')).toMatchObject({ ...byOthers, outputTruncated: true });
      expect(Buffer.byteLength(run.text())).toBe(outputBytes);
    });

    test('by a cancel while it runs', async () => {
      const run = new ObservedRun(runner(), language, programs.waitForever);
      await run.printed('started');
      run.stop('CANCELLED');
      expect(await run.endsBy('CANCELLED')).toMatchObject(byOthers);
      expect(run.text()).toBe('started\n');
    });

    test('by the service going away, or not at all where programs outlive it', async () => {
      const run = new ObservedRun(runner(), language, programs.waitForever);
      await run.printed('started');
      run.stop('INTERRUPTED');
      if (!runner().outlivesProcess) return expect(await run.endsBy('INTERRUPTED')).toMatchObject(byOthers);
      await expect(run.outcome).resolves.toEqual({ kind: 'detached' });
      const adopted = run.adoptedBy(runner());
      adopted.stop('CANCELLED');
      expect(await adopted.endsBy('CANCELLED')).toMatchObject(byOthers);
      expect(adopted.text()).toBe('started\n');
    });
  });

  describe('a stop before the start', () => {
    test('by a cancel is an end, and nothing runs', async () => {
      const run = new ObservedRun(runner(), 'javascript', 'console.log("never")');
      run.stop('CANCELLED');
      const end = await run.end;
      if (run.starts.length === 0) expect(run.chunks).toEqual([]);
      expect(end.reason).toBe('CANCELLED');
    });
  });
};
