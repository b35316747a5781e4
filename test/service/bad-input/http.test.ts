import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as bounds from '../../../src/bounds.ts';
import { count } from '../support/executions.ts';
import { base64, post } from '../support/post.ts';
import { openService, type TestService } from '../support/service.ts';

const CODE = 'console.log(1)';

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

describe('HTTP: a status and what was expected and got', () => {
  const right = { code: base64(CODE), language: 'javascript' };
  const refusals: [string, number, RegExp, unknown, Record<string, string>?][] = [
    ['not JSON', 400, /Expected a JSON body, got/, '{'],
    ['JSON that is no object', 400, /Expected a JSON object.*got/, '[1]'],
    ['not UTF-8', 400, /Expected a JSON body in UTF-8, got/, Buffer.from([0x22, 0xff, 0x22])],
    [
      'not JSON by its type',
      415,
      /Expected.*application\/json, got "text\/plain"/,
      right,
      { 'content-type': 'text/plain' },
    ],
    ['compressed', 415, /Expected.*content-encoding, got "gzip"/, right, { 'content-encoding': 'gzip' }],
    ['no code', 400, /Expected `code`.*got nothing/, { language: 'python' }],
    ['code that is no text', 400, /Expected `code`.*got a number/, { ...right, code: 1 }],
    ['no language', 400, /Expected `language`.*got nothing/, { code: right.code }],
    ['empty code', 400, /code.*expected.*got/i, { ...right, code: '' }],
    ['code that is no base64', 400, /code.*expected base64.*got/i, { ...right, code: 'not base64' }],
    ['code that is not UTF-8', 400, /UTF-8.*got/, { ...right, code: base64(Buffer.from([0xc3, 0x28])) }],
    ['NUL in code', 400, /NUL.*got/, { ...right, code: base64('a\0') }],
    ['an unknown language', 400, /expected one of.*got "cobol"/i, { ...right, language: 'cobol' }],
    ['args of a wrong type', 400, /args/, { ...right, args: [{ a: 1 }] }],
    [
      'a limit outside its bounds',
      400,
      /limits\.timeoutMs.*expected.*got 1/i,
      { ...right, limits: { timeoutMs: 1 } },
    ],
    ['a limit that is none', 400, /limits/, { ...right, limits: { forever: 1 } }],
    ['an empty key', 400, /idempotencyKey.*expected.*got/i, right, { 'idempotency-key': '' }],
    [
      'code too large',
      413,
      /Expected.*at most \d+ bytes, got \d+/,
      { ...right, code: base64('a'.repeat(bounds.CODE_BYTES + 1)) },
    ],
    ['a body too large', 413, /Expected.*at most \d+ bytes, got \d+/, 'a'.repeat(bounds.BODY_BYTES + 1)],
  ];

  test.each(refusals)('POST /execute: %s', async (_what, status, message, body, headers) => {
    const response = await post(`${service.url}/execute`, body, headers);
    const text = await response.text();
    expect([response.status, text]).toEqual([status, expect.stringMatching(/^\{"error":/)]);
    expect(JSON.parse(text).error).toMatch(message);
  });

  test.each([
    ['GET', '/result/one', 404],
    ['GET', '/result/01890000-0000-7000-8000-000000000000', 404],
    ['GET', '/result/01890000-0000-7000-8000-000000000000/stream', 404],
    ['GET', '/result/01890000-0000-7000-8000-000000000000/stream?after=-1', 400],
    ['GET', '/result/01890000-0000-7000-8000-000000000000/stream?after=99999999999', 400],
    ['DELETE', '/cleanup/01890000-0000-7000-8000-000000000000', 404],
    ['DELETE', '/cleanup/..%2f..%2fetc', 404],
    ['GET', '/nothing', 404],
    ['GET', '/execute', 405],
    ['POST', '/health', 405],
    ['PUT', '/cleanup/01890000-0000-7000-8000-000000000000', 405],
  ])('%s %s: %i', async (method, path, status) => {
    const response = await fetch(service.url + path, { method });
    const { error }: { error: string } = await response.json();
    expect(response.status).toBe(status);
    expect(error).toMatch(/[Ee]xpected|no such route/);
    expect(response.headers.has('allow')).toBe(status === 405);
  });
});
