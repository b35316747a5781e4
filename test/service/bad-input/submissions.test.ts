import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as bounds from '../../../src/bounds.ts';
import { count, trySubmit } from '../support/executions.ts';
import { base64 } from '../support/post.ts';
import { openService, type TestService } from '../support/service.ts';

const CODE = 'console.log(1)';

const many = <T>(length: number, of: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => of(index));

let service: TestService;
beforeAll(async () => {
  service = await openService({ WARM: '0' });
});
afterAll(() => service[Symbol.asyncDispose]());

/** Nothing of what is refused here may be recorded. */
afterEach(async () => {
  const recorded = await count(service.url);
  expect(recorded).toBe(0);
});

describe('GraphQL: an InvalidInputError that names the field, what was expected and what was got', () => {
  test.each<[string, string, RegExp, Record<string, unknown>]>([
    ['empty code', 'code', /a program, got nothing/, { code: '' }],
    ['code of white space', 'code', /a program, got nothing/, { code: ' \n\t ' }],
    [
      'code over its limit',
      'code',
      /at most \d+ bytes, got \d+/,
      { code: 'a'.repeat(bounds.CODE_BYTES + 1) },
    ],
    [
      'code that counts more as UTF-8',
      'code',
      /at most \d+ bytes, got/,
      { code: 'é'.repeat(bounds.CODE_BYTES / 2 + 1) },
    ],
    ['base64 that is not', 'code', /base64.*got/, { code: 'not base64!', encoding: 'BASE64' }],
    ['base64 cut short', 'code', /base64.*got/, { code: base64(CODE).slice(0, -1), encoding: 'BASE64' }],
    [
      'base64 of bytes that are not UTF-8',
      'code',
      /UTF-8.*got/,
      { code: base64(Buffer.from([0xff, 0xfe])), encoding: 'BASE64' },
    ],
    ['NUL in code', 'code', /NUL.*got/, { code: 'a\0b' }],
    ['a lone surrogate', 'code', /well-formed.*got/, { code: '"\ud800"' }],
    ['NUL in an argument', 'args[1]', /NUL.*got/, { args: ['fine', '\0'] }],
    ['too many arguments', 'args', /at most 256 arguments, got 257/, { args: many(257, () => 'a') }],
    ['too long arguments', 'args', /at most \d+ bytes/, { args: ['a'.repeat(bounds.ARGS_BYTES + 1)] }],
    ['too much stdin', 'stdin', /at most \d+ bytes, got/, { stdin: 'a'.repeat(bounds.STDIN_BYTES + 1) }],
    [
      'a file name of another language',
      'fileName',
      /ending in \.js.*got "main\.py"/,
      { fileName: 'main.py' },
    ],
    ['a file name that is a path', 'fileName', /without \/, got/, { fileName: 'a/main.js' }],
    [
      'an absolute path',
      'files[0].path',
      /relative.*got an absolute/,
      { files: [{ path: '/etc/passwd', content: '' }] },
    ],
    [
      'a path with ..',
      'files[0].path',
      /relative.*got one with \.\./,
      { files: [{ path: 'a/../../b', content: '' }] },
    ],
    [
      'a path with a backslash',
      'files[0].path',
      /relative.*got one with a backslash/,
      { files: [{ path: 'a\\b', content: '' }] },
    ],
    ['an empty path', 'files[0].path', /relative.*got an empty/, { files: [{ path: '', content: '' }] }],
    ['NUL in a path', 'files[0].path', /NUL.*got/, { files: [{ path: 'a\0', content: '' }] }],
    [
      'a path too long',
      'files[0].path',
      /at most 512 bytes, got/,
      { files: [{ path: 'a/'.repeat(300), content: '' }] },
    ],
    [
      'a path twice',
      'files[1].path',
      /of its own, got/,
      {
        files: [
          { path: 'a', content: '' },
          { path: 'a', content: '' },
        ],
      },
    ],
    [
      'a file where a folder is',
      'files[1].path',
      /of its own, got/,
      {
        files: [
          { path: 'a/b', content: '' },
          { path: 'a', content: '' },
        ],
      },
    ],
    [
      'a file in the place of the program',
      'files[0].path',
      /of its own, got/,
      { files: [{ path: 'main.js', content: '' }] },
    ],
    [
      'too many files',
      'files',
      /at most 64 files, got 65/,
      { files: many(65, (index) => ({ path: `f${index}`, content: '' })) },
    ],
    [
      'files too large',
      'files',
      /at most \d+ bytes in all, got/,
      { files: [{ path: 'f', content: 'a'.repeat(bounds.FILES_BYTES + 1) }] },
    ],
    [
      'a file that is no base64',
      'files[0].content',
      /base64.*got/,
      { files: [{ path: 'f', content: '?', encoding: 'BASE64' }] },
    ],
    [
      'an env name that is no identifier',
      'env[0].name',
      /identifier.*got/,
      { env: [{ name: '1A', value: '' }] },
    ],
    ['an env name with =', 'env[0].name', /identifier.*got/, { env: [{ name: 'A=B', value: '' }] }],
    [
      'an env name twice',
      'env[1].name',
      /once, got/,
      {
        env: [
          { name: 'A', value: '' },
          { name: 'A', value: '' },
        ],
      },
    ],
    ['NUL in an env value', 'env[0].value', /NUL.*got/, { env: [{ name: 'A', value: '\0' }] }],
    [
      'too many env variables',
      'env',
      /at most 64 variables, got 65/,
      { env: many(65, (index) => ({ name: `A${index}`, value: '' })) },
    ],
    [
      'env too large',
      'env',
      /at most \d+ bytes/,
      { env: [{ name: 'A', value: 'a'.repeat(bounds.ENV_BYTES) }] },
    ],
    [
      'too many labels',
      'labels',
      /at most 16 labels, got 17/,
      { labels: many(17, (index) => ({ name: `l${index}`, value: '' })) },
    ],
    [
      'a label name too long',
      'labels[0].name',
      /at most 63 characters, got 64/,
      { labels: [{ name: 'a'.repeat(64), value: '' }] },
    ],
    [
      'a label name with other characters',
      'labels[0].name',
      /letters.*got/,
      { labels: [{ name: 'a b', value: '' }] },
    ],
    [
      'a label value too long',
      'labels[0].value',
      /at most 255 characters, got 256/,
      { labels: [{ name: 'a', value: 'a'.repeat(256) }] },
    ],
    [
      'a label twice',
      'labels[1].name',
      /once, got/,
      {
        labels: [
          { name: 'a', value: '' },
          { name: 'a', value: '' },
        ],
      },
    ],
    ['a time limit of nothing', 'limits.timeoutMs', /from \d+ to \d+.*got 0/, { limits: { timeoutMs: 0 } }],
    ['a negative limit', 'limits.memoryMb', /from \d+ to \d+.*got -1/, { limits: { memoryMb: -1 } }],
    [
      'a limit over the maximum',
      'limits.outputBytes',
      /from \d+ to \d+.*got 2147483647/,
      { limits: { outputBytes: 2147483647 } },
    ],
    ['an empty idempotency key', 'idempotencyKey', /a key, got an empty/, { idempotencyKey: '' }],
    [
      'an idempotency key too long',
      'idempotencyKey',
      /at most 255 characters, got 256/,
      { idempotencyKey: 'a'.repeat(256) },
    ],
  ])('%s', async (_what, field, message, input) => {
    const answer = await trySubmit(service.url, { code: CODE, language: 'javascript', ...input });
    expect(answer).toMatchObject({
      status: 200,
      data: { execute: { __typename: 'InvalidInputError', code: 'INVALID_INPUT', field } },
      errors: [],
    });
    expect(answer.data?.execute.message).toMatch(/expected/i);
    expect(answer.data?.execute.message).toMatch(message);
  });

  test('an unknown language', async () => {
    const { data } = await trySubmit(service.url, { code: CODE, language: 'cobol' });
    expect(data?.execute).toMatchObject({
      __typename: 'UnsupportedLanguageError',
      supported: expect.arrayContaining(['python', 'javascript', 'typescript']),
      message: expect.stringMatching(/expected one of .*python.*got "cobol"/),
    });
  });
});
