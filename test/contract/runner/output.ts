import { describe, expect, test } from 'vitest';
import { CHUNK_BYTES } from '../../../src/bounds.ts';
import type { Theme } from '../runner.ts';
import { LONG_LINE, MANY_LINES } from './programs.ts';
import { ObservedRun } from './run.ts';

const PLENTY = { outputBytes: 10_000_000 };

export const describeOutput: Theme = (runner, all) => {
  describe.each(all)('what a program prints: $language', (programs) => {
    const { language } = programs;

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

    test('waits for an observer that is not done, and is numbered without a gap', async () => {
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
      expect(run.text()).toBe(Array.from({ length: MANY_LINES }, (_, index) => `${index}\n`).join(''));
      expect(run.chunks.map(({ seq }) => seq)).toEqual(run.chunks.map((_, index) => index + 1));
    });
  });
};
