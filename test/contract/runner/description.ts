import { describe, expect, test } from 'vitest';
import type { Theme } from '../runner.ts';

export const describeDescription: Theme = (runner, all) => {
  describe('what it says of itself', () => {
    test('one default among its languages, all that the suite has programs for', () => {
      const { runtimes } = runner();
      expect(runtimes.filter(({ isDefault }) => isDefault).map(({ language }) => language)).toEqual([
        'python',
      ]);
      expect(runtimes.map(({ language }) => language)).toEqual(
        expect.arrayContaining(all.map(({ language }) => language)),
      );
    });

    test('versions, file names and limits that fit each other', () => {
      for (const { version, defaultFileName, extensions, minimums, defaults, maximums } of runner()
        .runtimes) {
        expect(version).toMatch(/^\d+\.\d+/);
        expect(extensions.some((extension) => defaultFileName.endsWith(extension))).toBe(true);
        for (const name of ['timeoutMs', 'memoryMb', 'cpuMillis', 'outputBytes'] as const) {
          expect(minimums[name]).toBeLessThanOrEqual(defaults[name]);
          expect(defaults[name]).toBeLessThanOrEqual(maximums[name]);
        }
      }
    });

    test('what it cannot do, for people', () => {
      for (const { notes } of runner().runtimes) expect(notes.every((note) => note.endsWith('.'))).toBe(true);
    });

    test('how many run at once, and what is ready', () => {
      expect(runner().defaultMaxRunning).toBeGreaterThan(0);
      for (const { ready, wanted } of runner().warm())
        expect(ready).toBeLessThanOrEqual(Math.max(wanted, ready));
    });
  });
};
