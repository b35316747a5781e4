import { expect, test } from 'vitest';
import * as bounds from '../../../src/bounds.ts';
import { InvalidInputError, UnsupportedLanguageError } from '../../../src/executions/errors.ts';
import type { ExecuteInput } from '../../../src/executions/input/input.ts';
import { parseSubmission } from '../../../src/executions/input/parse.ts';
import { RUNTIMES } from '../../support/runtimes.ts';
import { anInput } from '../records.ts';

const parse = (fields: Partial<ExecuteInput> = {}) => parseSubmission(anInput(fields), RUNTIMES);
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const file = (path: string, content = 'x', encoding: 'UTF8' | 'BASE64' = 'UTF8') => ({
  path,
  content,
  encoding,
});

test('fills in what was not said', () => {
  expect(parse()).toEqual({
    code: 'print(1)',
    language: 'python',
    fileName: 'main.py',
    args: [],
    labels: [],
    limits: RUNTIMES[0]?.defaults,
    payload: { stdin: '', files: [], env: [] },
    stdinOpen: false,
    outputFiles: ['**'],
    sessionId: null,
    context: null,
    idempotencyKey: null,
    inputHash: null,
  });
});

test('decodes base64, also wrapped as the base64 command wraps it', () => {
  const code = 'print("grüße")\n'.repeat(10);
  const wrapped = base64(code).replace(/.{76}/g, '$&\n');
  expect(parse({ code: wrapped, encoding: 'BASE64' }).code).toBe(code);
  const { payload } = parse({ files: [file('a.bin', base64(new Uint8Array([0, 255])), 'BASE64')] });
  expect([...(payload.files[0]?.content ?? [])]).toEqual([0, 255]);
});

test('takes what stands exactly at a bound', () => {
  expect(parse({ code: 'x'.repeat(bounds.CODE_BYTES) }).code).toHaveLength(bounds.CODE_BYTES);
  expect(parse({ limits: { timeoutMs: 60_000, memoryMb: 16 } }).limits).toMatchObject({
    timeoutMs: 60_000,
    memoryMb: 16,
  });
  expect(parse({ stdin: 'a\0b' }).payload.stdin).toBe('a\0b');
  expect(
    parse({ fileName: 'tool.py', files: [file('data/in put.csv'), file('data/b')] }).payload.files,
  ).toHaveLength(2);
});

const refused: [string, Partial<ExecuteInput>, string][] = [
  ['empty code', { code: '' }, 'code'],
  ['white space only', { code: ' \n\t' }, 'code'],
  ['code over its bound', { code: 'é'.repeat(bounds.CODE_BYTES / 2 + 1) }, 'code'],
  ['base64 that is not', { code: 'pr!nt', encoding: 'BASE64' }, 'code'],
  ['base64 of a wrong length', { code: 'YWJ', encoding: 'BASE64' }, 'code'],
  ['bytes that are not UTF-8', { code: base64(new Uint8Array([0x70, 0xff])), encoding: 'BASE64' }, 'code'],
  ['a lone surrogate', { code: 'print("\ud800")' }, 'code'],
  ['a glob that does not parse', { outputFiles: ['ok', '[a'] }, 'outputFiles[1]'],
  ['a glob that leaves the directory', { outputFiles: ['../**'] }, 'outputFiles[0]'],
  ['an absolute glob', { outputFiles: ['/etc/*'] }, 'outputFiles[0]'],
  ['a glob that takes out', { outputFiles: ['!*.pyc'] }, 'outputFiles[0]'],
  ['a glob with a backslash', { outputFiles: ['a\\b'] }, 'outputFiles[0]'],
  ['a glob with NUL', { outputFiles: ['a\0b'] }, 'outputFiles[0]'],
  ['a long glob', { outputFiles: ['a'.repeat(257)] }, 'outputFiles[0]'],
  ['many globs', { outputFiles: Array(33).fill('a') }, 'outputFiles'],
  ['NUL in code', { code: 'a\0b' }, 'code'],
  ['NUL in an argument', { args: ['ok', 'a\0b'] }, 'args[1]'],
  ['too many arguments', { args: Array(bounds.ARGS_COUNT + 1).fill('') }, 'args'],
  ['arguments too long', { args: ['x'.repeat(bounds.ARGS_BYTES + 1)] }, 'args'],
  ['stdin too long', { stdin: 'x'.repeat(bounds.STDIN_BYTES + 1) }, 'stdin'],
  ['an absolute path', { files: [file('/etc/passwd')] }, 'files[0].path'],
  ['a path with ..', { files: [file('a/../../b')] }, 'files[0].path'],
  ['a path with a backslash', { files: [file('..\\b')] }, 'files[0].path'],
  ['an empty path', { files: [file('')] }, 'files[0].path'],
  ['a path that ends in a slash', { files: [file('a/')] }, 'files[0].path'],
  ['a path twice', { files: [file('a'), file('a')] }, 'files[1].path'],
  ['a file below a file', { files: [file('a/b'), file('a')] }, 'files[1].path'],
  ['the program overwritten', { files: [file('main.py')] }, 'files[0].path'],
  [
    'too many files',
    { files: Array.from({ length: bounds.FILES_COUNT + 1 }, (_, i) => file(`f${i}`)) },
    'files',
  ],
  ['files too large', { files: [file('a', 'x'.repeat(bounds.FILES_BYTES)), file('b')] }, 'files'],
  ['a file name with a slash', { fileName: 'a/b.py' }, 'fileName'],
  ['a file name of another language', { fileName: 'main.js' }, 'fileName'],
  ['a file name that is only an extension', { fileName: '.py' }, 'fileName'],
  ['an env name that is no identifier', { env: [{ name: '1A', value: '' }] }, 'env[0].name'],
  [
    'an env name twice',
    {
      env: [
        { name: 'A', value: '' },
        { name: 'A', value: '' },
      ],
    },
    'env[1].name',
  ],
  ['env too large', { env: [{ name: 'A', value: 'x'.repeat(bounds.ENV_BYTES) }] }, 'env'],
  [
    'too many variables',
    { env: Array.from({ length: bounds.ENV_COUNT + 1 }, (_, i) => ({ name: `A${i}`, value: '' })) },
    'env',
  ],
  ['a time limit below its minimum', { limits: { timeoutMs: 99 } }, 'limits.timeoutMs'],
  ['a memory limit above its maximum', { limits: { memoryMb: 513 } }, 'limits.memoryMb'],
  ['a label name with =', { labels: [{ name: 'a=b', value: '' }] }, 'labels[0].name'],
  [
    'a label name too long',
    { labels: [{ name: 'x'.repeat(bounds.LABEL_NAME_LENGTH + 1), value: '' }] },
    'labels[0].name',
  ],
  [
    'a label value too long',
    { labels: [{ name: 'a', value: 'x'.repeat(bounds.LABEL_VALUE_LENGTH + 1) }] },
    'labels[0].value',
  ],
  [
    'a label twice',
    {
      labels: [
        { name: 'a', value: '' },
        { name: 'a', value: '' },
      ],
    },
    'labels[1].name',
  ],
  [
    'too many labels',
    { labels: Array.from({ length: bounds.LABELS_COUNT + 1 }, (_, i) => ({ name: `l${i}`, value: '' })) },
    'labels',
  ],
  ['an empty idempotency key', { idempotencyKey: '' }, 'idempotencyKey'],
  [
    'an idempotency key too long',
    { idempotencyKey: 'x'.repeat(bounds.IDEMPOTENCY_KEY_LENGTH + 1) },
    'idempotencyKey',
  ],
];

for (const [what, fields, field] of refused) {
  test(`refuses ${what} and names ${field}`, () => {
    let thrown: unknown;
    try {
      parse(fields);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidInputError);
    expect(thrown).toMatchObject({ field, message: expect.stringMatching(/expected .*got /) });
  });
}

test('the refusal of an unknown language names those there are', () => {
  expect(() => parse({ language: 'cobol' })).toThrow(UnsupportedLanguageError);
  expect(() => parse({ language: 'cobol' })).toThrow('expected one of python, javascript, got "cobol"');
});

test('the value of a variable is in no message', () => {
  expect(() => parse({ env: [{ name: 'TOKEN', value: 'hunter2\0' }] })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
  );
});

test('the hash distinguishes inputs, and not how they were written', () => {
  const key = { idempotencyKey: 'k' };
  const hash = (fields: Partial<ExecuteInput>) => parse({ ...key, ...fields }).inputHash;
  const plain = hash({});
  expect(plain).toMatch(/^v1:[0-9a-f]{64}$/);
  expect(hash({ code: base64('print(1)'), encoding: 'BASE64' })).toBe(plain);
  const others: Partial<ExecuteInput>[] = [
    { code: 'print(2)' },
    { language: 'javascript' },
    { fileName: 'main.py' },
    { args: ['a'] },
    { stdin: 'a' },
    { files: [file('a')] },
    { env: [{ name: 'A', value: '1' }] },
    { limits: { timeoutMs: 30_000 } },
    { labels: [{ name: 'a', value: 'b' }] },
  ];
  expect(new Set([plain, ...others.map(hash)]).size).toBe(others.length + 1);
});
