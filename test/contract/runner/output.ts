import { describe, expect, test } from 'vitest';
import { CHUNK_BYTES } from '../../../src/bounds.ts';
import type { Theme } from '../runner.ts';
import { LONG_LINE, MANY_LINES } from './programs.ts';
import { ObservedRun } from './run.ts';

const PLENTY = { outputBytes: 10_000_000 };

export const describeOutput: Theme = (runner, all) => {
  describe.each(all)('what a program prints: $language', (programs) => {
    const { language } = programs;

    test('comes after its start was reported, once', async () => {
      const before = Date.now();
      const run = new ObservedRun(runner(), language, programs.hello);
      const { exitCode, usage } = await run.endsBy('EXITED');
      expect({ exitCode, text: run.text() }).toEqual({ exitCode: 0, text: 'hello\n' });
      expect(run.starts).toEqual([
        { at: expect.any(Number), runner: expect.objectContaining({ kind: runner().kind }), chunksBefore: 0 },
      ]);
      expect(run.starts[0]?.at).toBeGreaterThanOrEqual(before);
      expect(run.chunks[0]?.at).toBeGreaterThanOrEqual(run.starts[0]?.at ?? Number.POSITIVE_INFINITY);
      expect(usage?.wallMs).toBeGreaterThanOrEqual(0);
    });

    test('stdout and stderr apart', async () => {
      const run = new ObservedRun(runner(), language, programs.printToBoth);
      await run.endsBy('EXITED');
      expect([run.text('STDOUT'), run.text('STDERR')]).toEqual(['out\n', 'err\n']);
    });

    test('is numbered without a gap, in chunks of whole lines', async () => {
      const run = new ObservedRun(runner(), language, programs.printManyLines, { limits: PLENTY });
      await run.endsBy('EXITED');
      expect(run.text()).toBe(Array.from({ length: MANY_LINES }, (_, index) => `${index}\n`).join(''));
      expect(run.chunks.map(({ seq }) => seq)).toEqual(run.chunks.map((_, index) => index + 1));
    });

    test('a line of any length passes, in chunks within their bound', async () => {
      const run = new ObservedRun(runner(), language, programs.printLongLine, { limits: PLENTY });
      await run.endsBy('EXITED');
      expect(run.text().length).toBe(LONG_LINE + 1);
      expect(run.chunks.every(({ text }) => Buffer.byteLength(text) <= CHUNK_BYTES)).toBe(true);
    });

    test('bytes that are not UTF-8 become U+FFFD', async () => {
      const run = new ObservedRun(runner(), language, programs.printNotUtf8);
      await run.endsBy('EXITED');
      expect(run.text()).toBe('a\uFFFDb\n');
    });

    test('is seen while it runs, also without a newline', async () => {
      const run = new ObservedRun(runner(), language, programs.printWithoutNewline);
      await run.printed('name? ');
      run.stop('CANCELLED');
      await run.endsBy('CANCELLED');
    });

    test('waits for an observer that is not done', async () => {
      const gate = Promise.withResolvers<void>();
      const firstCall = Promise.withResolvers<void>();
      let calls = 0;
      const run = new ObservedRun(runner(), language, programs.printManyLines, {
        limits: PLENTY,
        onOutput: () => {
          calls += 1;
          firstCall.resolve();
          return calls === 1 ? gate.promise : undefined;
        },
      });
      await firstCall.promise;
      // By the time another program has run, this one could have printed it all.
      await new ObservedRun(runner(), language, programs.hello).endsBy('EXITED');
      expect(calls).toBe(1);
      gate.resolve();
      await run.endsBy('EXITED');
      expect(run.text().split('\n')).toHaveLength(MANY_LINES + 1);
    });
  });
};
