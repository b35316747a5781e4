import { describe, expect, it } from 'vitest';
import type { Theme } from '../runner.ts';
import { ObservedRun } from './run.ts';

/** What a program of each language leaves: two files in a folder that it makes. Languages without one are not asked. */
const WRITERS: { readonly [language: string]: string | undefined } = {
  python: `import os
os.mkdir('out')
open('out/numbers.csv', 'w').write('a,b\\n1,2\\n')
open('out/bytes.bin', 'wb').write(bytes(range(256)))`,
  javascript: `import { mkdirSync, writeFileSync } from 'node:fs';
mkdirSync('out');
writeFileSync('out/numbers.csv', 'a,b\\n1,2\\n');
writeFileSync('out/bytes.bin', Uint8Array.from({ length: 256 }, (_, byte) => byte));`,
  typescript: `import { mkdirSync, writeFileSync } from 'node:fs';
const folder: string = 'out';
mkdirSync(folder);
writeFileSync('out/numbers.csv', 'a,b\\n1,2\\n');
writeFileSync('out/bytes.bin', Uint8Array.from({ length: 256 }, (_, byte) => byte));`,
};

export const describeFiles: Theme = (runner, programs) => {
  const languages = programs.map(({ language }) => language).filter((name) => WRITERS[name] !== undefined);
  const leaves = (language: string): boolean =>
    runner().runtimes.find((one) => one.language === language)?.leavesFiles === true;

  describe.each(languages)('files that a %s program leaves', (language) => {
    const code = WRITERS[language] ?? '';

    it('are taken, byte for byte, with what it was given left out', async ({ skip }) => {
      skip(!leaves(language), 'this runner takes no files of this language');
      const given = [{ path: 'given.txt', content: Buffer.from('given') }];
      const run = new ObservedRun(runner(), language, code, { payload: { files: given } });
      await run.endsBy('EXITED');
      expect(run.files.paths).toEqual(['out/bytes.bin', 'out/numbers.csv']);
      expect((await run.files.content('out/numbers.csv')).toString()).toBe('a,b\n1,2\n');
      expect([...(await run.files.content('out/bytes.bin'))]).toEqual(
        Array.from({ length: 256 }, (_, byte) => byte),
      );
      expect(run.files.omitted).toEqual([]);
    });

    it('are those that the globs match', async ({ skip }) => {
      skip(!leaves(language), 'this runner takes no files of this language');
      const run = new ObservedRun(runner(), language, code, { outputFiles: ['**/*.csv', '*.txt'] });
      await run.endsBy('EXITED');
      expect(run.files.paths).toEqual(['out/numbers.csv']);
      const none = new ObservedRun(runner(), language, code, { outputFiles: [] });
      await none.endsBy('EXITED');
      expect(none.files.paths).toEqual([]);
    });

    it('are taken too when it is ended at its time limit, cancelled, or fails', async ({ skip }) => {
      skip(!leaves(language), 'this runner takes no files of this language');
      const endless =
        language === 'python'
          ? `${code}\nprint('written', flush=True)\nwhile True: pass`
          : `${code}\nconsole.log('written');\nfor (;;);`;
      const late = new ObservedRun(runner(), language, endless, { limits: { timeoutMs: 2000 } });
      await late.endsBy('TIMED_OUT');
      expect(late.files.paths).toEqual(['out/bytes.bin', 'out/numbers.csv']);
      const cancelled = new ObservedRun(runner(), language, endless);
      await cancelled.printed('written');
      cancelled.stop('CANCELLED');
      await cancelled.endsBy('CANCELLED');
      expect(cancelled.files.paths).toEqual(['out/bytes.bin', 'out/numbers.csv']);
      const failing = language === 'python' ? `${code}\nraise SystemExit(3)` : `${code}\nprocess.exit(3);`;
      const failed = new ObservedRun(runner(), language, failing);
      expect((await failed.endsBy('EXITED')).exitCode).toBe(3);
      expect(failed.files.paths).toEqual(['out/bytes.bin', 'out/numbers.csv']);
    });

    it('count among the given ones once they were changed', async ({ skip }) => {
      skip(!leaves(language), 'this runner takes no files of this language');
      const change =
        language === 'python'
          ? "open('same-size.txt', 'w').write('GIVEN')"
          : "import { writeFileSync } from 'node:fs';\nwriteFileSync('same-size.txt', 'GIVEN');";
      const content = Buffer.from('given');
      const files = ['same-size.txt', 'left-alone.txt'].map((path) => ({ path, content }));
      const run = new ObservedRun(runner(), language, change, { payload: { files } });
      await run.endsBy('EXITED');
      expect(run.files.paths).toEqual(['same-size.txt']);
      expect((await run.files.content('same-size.txt')).toString()).toBe('GIVEN');
    });
  });
};
