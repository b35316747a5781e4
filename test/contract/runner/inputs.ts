import { describe, expect, test } from 'vitest';
import type { Theme } from '../runner.ts';
import { ObservedRun } from './run.ts';

export const describeInputs: Theme = (runner, all) => {
  describe.each(all)('what a program gets: $language', (programs) => {
    const { language } = programs;

    test('a megabyte of stdin up to its end, or none of it when it does not read', async () => {
      const payload = { stdin: `first line\nsécond\n${'abcdefgh'.repeat(131_000)}` };
      const limits = { outputBytes: 10_000_000 };
      const reads = new ObservedRun(runner(), language, programs.shoutStdin, { payload, limits });
      await reads.endsBy('EXITED');
      expect(reads.text()).toBe(payload.stdin.toUpperCase());
      const ignores = new ObservedRun(runner(), language, programs.hello, { payload });
      expect((await ignores.endsBy('EXITED')).exitCode).toBe(0);
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
