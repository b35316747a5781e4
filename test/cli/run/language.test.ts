import { describe, expect, it } from 'vitest';
import { languageOf, namedLanguage } from '../../../src/cli/run/input.ts';

describe('languageOf', () => {
  it.each([
    ['dir/job.py', undefined, 'python', 'job.py'],
    ['job.PY', undefined, 'python', 'job.PY'],
    ['job.mjs', undefined, 'javascript', 'job.mjs'],
    ['job.cjs', undefined, 'javascript', 'job.cjs'],
    ['job.ts', undefined, 'typescript', 'job.ts'],
    ['job.sh', undefined, 'bash', 'job.sh'],
    ['job.py', 'python', 'python', 'job.py'],
    ['job.py', 'PY', 'python', 'job.py'],
    ['job.txt', 'python', 'python', null],
    ['job.py', 'javascript', 'javascript', null],
    ['job', 'cobol', 'cobol', null],
    ['job.txt', undefined, null, null],
    ['job', undefined, null, null],
  ])('%s with --language %s', (file, chosen, language, fileName) => {
    expect(languageOf(file, chosen)).toEqual({ language, fileName });
  });
});

it.each([
  ['Python', 'python'],
  ['py', 'python'],
  ['python3', 'python'],
  ['JS', 'javascript'],
  ['node', 'javascript'],
  ['ts', 'typescript'],
  ['cobol', 'cobol'],
])('%s names %s', (text, language) => {
  expect(namedLanguage(text)).toBe(language);
});
