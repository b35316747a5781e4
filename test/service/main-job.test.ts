import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancel, cleanup, ended, find, get, printing, run, submit } from './support/executions.ts';
import { follow, overWebSocket } from './support/follow.ts';
import { openService, type TestService } from './support/service.ts';

const KEYS = { API_KEYS: 'ada=key-of-ada,grace=key-of-grace' };

let service: TestService;
beforeAll(async () => {
  service = await openService({ WARM: 'javascript=2,python=1', MAX_RUNNING: '4' });
});
afterAll(() => service[Symbol.asyncDispose]());

interface Language {
  readonly language: string;
  readonly fileName: string;
  /** Prints `first`, then sleeps far beyond any test, then `never`. */
  readonly sleeps: string;
  /** Prints its first argument, stdin, the file `data/names.txt`, NAME and its own file's name, a line each. */
  readonly reads: string;
  /** Prints `out` on stdout and `err` on stderr, in turns, and exits with 7. */
  readonly writes: string;
  readonly fails: string;
  /** What stands on stderr when it has failed, beside the message `broken`. */
  readonly trace: RegExp;
  readonly isBroken: string;
  readonly loops: string;
}

const javascript = {
  sleeps: `
    console.log('first');
    await new Promise((resolve) => setTimeout(resolve, 600_000));
    console.log('never');
  `,
  writes: `
    for (let turn = 0; turn < 3; turn++) { console.log('out'); console.error('err'); }
    process.exit(7);
  `,
  fails: `
    function inner() { throw new Error('broken'); }
    inner();
  `,
  isBroken: 'const = ;',
  loops: 'while (true) { try { for (;;); } catch {} }',
};

const readsFiles = (types: { text: string }): string => `
  import { readFileSync } from 'node:fs';
  import { basename } from 'node:path';
  const read = (file${types.text && `: ${types.text} | number`})${types.text && `: ${types.text}`} => readFileSync(file, 'utf8').trim();
  console.log(process.argv[2]);
  console.log(read(0));
  console.log(read('data/names.txt'));
  console.log(process.env.NAME);
  console.log(basename(process.argv[1]));
`;

const LANGUAGES: readonly Language[] = [
  {
    language: 'python',
    fileName: 'main.py',
    sleeps: 'import time\nprint("first", flush=True)\ntime.sleep(600)\nprint("never")',
    reads: `
import os, sys
print(sys.argv[1])
print(input())
print(open("data/names.txt").read().strip())
print(os.environ["NAME"])
print(os.path.basename(sys.argv[0]))
`,
    writes: `
import sys
for turn in range(3):
    print("out", flush=True)
    print("err", file=sys.stderr, flush=True)
sys.exit(7)
`,
    fails: 'def inner():\n    raise ValueError("broken")\n\ninner()\n',
    trace: /^Traceback \(most recent call last\):\n {2}File ".*main\.py", line 4, in <module>\n/,
    isBroken: 'def broken(:\n',
    loops: 'while True:\n    try:\n        while True: pass\n    except BaseException: pass\n',
  },
  {
    language: 'javascript',
    fileName: 'main.js',
    ...javascript,
    reads: readsFiles({ text: '' }),
    trace: /main\.js/,
  },
  {
    language: 'typescript',
    fileName: 'main.ts',
    ...javascript,
    sleeps: javascript.sleeps.replace('setTimeout(resolve,', 'setTimeout(resolve as () => void,'),
    reads: readsFiles({ text: 'string' }),
    trace: /main\.ts/,
  },
];

describe.each(LANGUAGES)('$language', (it) => {
  const { language } = it;

  test('lines arrive while it runs; cancel ends it and keeps them', async () => {
    const id = await submit(service.url, { code: it.sleeps, language });
    const watching = follow(service.url, id, overWebSocket);
    expect(await printing(service.url, id)).toMatchObject({
      status: 'RUNNING',
      output: 'first\n',
      exitCode: null,
    });
    const cancelled = await cancel(service.url, id);
    expect(cancelled.__typename).toBe('CancelSuccess');
    const received = await watching;
    expect(received.firstStatus).toBe('RUNNING');
    expect(received.text).toBe('first\n');
    expect(received.end).toEqual({ status: 'CANCELLED', endReason: 'CANCELLED' });
    expect(await get(service.url, id)).toMatchObject({
      status: 'CANCELLED',
      output: 'first\n',
      exitCode: null,
    });
    expect((await cancel(service.url, id)).__typename).toBe('AlreadyEndedError');
  });

  test('gets its arguments, stdin, files, environment and name', async () => {
    const execution = await run(service.url, {
      code: it.reads,
      language,
      args: ['argument with spaces'],
      stdin: 'from stdin\n',
      files: [{ path: 'data/names.txt', content: Buffer.from('Zoë').toString('base64'), encoding: 'BASE64' }],
      env: [{ name: 'NAME', value: 'a value' }],
    });
    expect(execution.output).toBe(`argument with spaces\nfrom stdin\nZoë\na value\n${it.fileName}\n`);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', endReason: 'EXITED', exitCode: 0, language });
    expect(execution.args).toEqual(['argument with spaces']);
  });

  test('its exit code is kept, stdout and stderr apart', async () => {
    const execution = await run(service.url, { code: it.writes, language });
    expect(execution).toMatchObject({ status: 'FAILED', endReason: 'EXITED', exitCode: 7, signal: null });
    expect(execution.stdout).toBe('out\n'.repeat(3));
    expect(execution.stderr).toBe('err\n'.repeat(3));
    expect(execution.outputBytes).toBe(24);
    expect(execution.usage?.wallMs).toBeGreaterThanOrEqual(0);
    expect(execution.runner).toMatchObject({ kind: 'embedded' });
  });

  test('an uncaught error and a syntax error show as its language shows them', async () => {
    const failed = await run(service.url, { code: it.fails, language });
    expect(failed).toMatchObject({ status: 'FAILED', endReason: 'EXITED', exitCode: 1, stdout: '' });
    expect(failed.stderr).toMatch(it.trace);
    expect(failed.stderr).toContain('broken');
    expect(failed.stderr).not.toMatch(/launcher|pyodide/i);
    const broken = await run(service.url, { code: it.isBroken, language });
    expect(broken).toMatchObject({ status: 'FAILED', endReason: 'EXITED', exitCode: 1, stdout: '' });
    expect(broken.stderr).toMatch(/SyntaxError|expression|expected/i);
    expect(broken.stderr).toContain(it.fileName);
  });

  test('a loop that catches everything ends at its time limit', async () => {
    const execution = await run(service.url, { code: it.loops, language, limits: { timeoutMs: 1000 } });
    expect(execution).toMatchObject({
      status: 'FAILED',
      endReason: 'TIMED_OUT',
      limits: { timeoutMs: 1000 },
    });
    expect(execution.message).toMatch(/1000|1 s/);
  });
});

describe('records', () => {
  test('base64 code; output over its limit is cut there', async () => {
    const code = Buffer.from('for (;;) console.log("0123456789".repeat(100));').toString('base64');
    const execution = await run(service.url, {
      code,
      encoding: 'BASE64',
      language: 'javascript',
      limits: { outputBytes: 100_000 },
    });
    expect(execution).toMatchObject({ status: 'FAILED', endReason: 'OUTPUT_LIMIT', outputTruncated: true });
    expect(execution.outputBytes).toBeLessThanOrEqual(100_000);
    expect(execution.outputBytes).toBeGreaterThan(90_000);
    expect(execution.output).toHaveLength(execution.outputBytes);
  });

  test('cleanup of a running one ends it and keeps the record; again it does nothing', async () => {
    const id = await submit(service.url, { code: javascript.sleeps, language: 'javascript' });
    await printing(service.url, id);
    expect((await cleanup(service.url, id)).__typename).toBe('CleanupSuccess');
    const after = await ended(service.url, id);
    expect(after).toMatchObject({ status: 'CANCELLED', output: 'first\n' });
    expect((await cleanup(service.url, id)).__typename).toBe('CleanupSuccess');
    expect(await get(service.url, id)).toEqual(after);
  });

  test('an unknown id is null, a NotFoundError, a NOT_FOUND', async () => {
    const id = '01890000-0000-7000-8000-000000000000';
    expect(await find(service.url, id)).toBeNull();
    expect((await cancel(service.url, id)).__typename).toBe('NotFoundError');
    expect((await cleanup(service.url, id)).__typename).toBe('NotFoundError');
    await expect(follow(service.url, id, overWebSocket)).rejects.toThrow();
  });

  test('the same idempotency key gives the same execution, once', async () => {
    const input = { code: 'console.log(Math.random())', language: 'javascript', idempotencyKey: 'once' };
    const ids = await Promise.all([1, 2, 3].map(() => submit(service.url, input)));
    expect(new Set(ids).size).toBe(1);
    await ended(service.url, ids[0] ?? '');
    expect(await submit(service.url, input)).toBe(ids[0]);
  });
});

describe('callers', () => {
  test('see only their own executions', async () => {
    await using guarded = await openService({ ...KEYS, WARM: '0' });
    const { url } = guarded;
    const ada = { authorization: 'Bearer key-of-ada' };
    const grace = { authorization: 'Bearer key-of-grace' };
    const input = { code: 'console.log("secret")', language: 'javascript', idempotencyKey: 'same for both' };
    const id = await submit(url, input, ada);
    const other = await submit(url, input, grace);
    expect(other).not.toBe(id);
    expect((await ended(url, id, ada)).output).toBe('secret\n');
    expect(await find(url, id, grace)).toBeNull();
    expect((await cancel(url, id, grace)).__typename).toBe('NotFoundError');
    expect((await cleanup(url, id, grace)).__typename).toBe('NotFoundError');
    for (const [headers, status] of [
      [ada, 200],
      [grace, 404],
      [{}, 401],
      [{ authorization: 'Bearer wrong' }, 401],
    ] as const) {
      expect((await fetch(`${url}/result/${id}`, { headers })).status).toBe(status);
    }
    await expect(submit(url, input)).rejects.toThrow(/UNAUTHENTICATED/);
  });
});
