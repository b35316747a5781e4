import { describe, expect, it } from 'vitest';
import { languageOf } from '../../src/cli/language.ts';

describe('languageOf', () => {
  it.each([
    ['dir/job.py', undefined, 'python', 'job.py'],
    ['job.PY', undefined, 'python', 'job.PY'],
    ['job.mjs', undefined, 'javascript', 'job.mjs'],
    ['job.cjs', undefined, 'javascript', 'job.cjs'],
    ['job.ts', undefined, 'typescript', 'job.ts'],
    ['job.py', 'python', 'python', 'job.py'],
    ['job.txt', 'python', 'python', null],
    ['job.py', 'javascript', 'javascript', null],
    ['job', 'ruby', 'ruby', null],
  ])('%s with --language %s', (file, chosen, language, fileName) => {
    expect(languageOf(file, chosen)).toEqual({ language, fileName });
  });

  it('says what it knows when the name does not tell', () => {
    expect(() => languageOf('job.txt', undefined)).toThrow(
      'expected .py, .js, .mjs, .cjs, .ts, .mts, .cts, got .txt',
    );
    expect(() => languageOf('job', undefined)).toThrow('got no extension');
  });
});
