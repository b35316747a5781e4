import { afterAll, beforeAll, expect, test } from 'vitest';
import { podline } from '../support/podline.ts';
import { openService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service?.[Symbol.asyncDispose]());

const repl = (stdin: string, ...argv: string[]) => podline(['repl', ...argv], { url: service.url, stdin });
const sessions = async (...argv: string[]) =>
  (await podline(['sessions', '--json', ...argv], { url: service.url })).stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

test('runs what comes from a pipe, line by line, in one interpreter, and ends the session', async () => {
  const { code, stdout, stderr } = await repl(
    'const a = {\n  b: 20,\n}\na.b + 1\nconsole.log("hello")\nnull.x\na.b\n',
    '--language',
    'js',
  );
  expect(stdout).toBe('21\nhello\n20\n');
  expect(stderr).toContain('Cannot read properties of null');
  expect(code).toBe(0);
  expect(await sessions()).toEqual([]);
  expect(await sessions('--all')).toMatchObject([
    { status: 'ENDED', endReason: 'CLOSED', contexts: [{ name: 'main', executionCount: 5 }] },
  ]);
});

test('the exit code says whether the last input succeeded', async () => {
  expect(await repl('throw new Error("x")', '-l', 'js')).toMatchObject({ code: 1 });
});

test('a session that is kept can be joined, and ended by name', async () => {
  expect(await repl('const kept = 5\n', '-l', 'js', '--keep')).toMatchObject({ code: 0 });
  const [{ id }] = await sessions();
  const joined = await repl('kept + 1\n', '--session', id);
  expect(joined).toMatchObject({ code: 0, stdout: '6\n' });
  expect(await sessions()).toMatchObject([{ id, status: 'IDLE' }]);
  const ended = await podline(['sessions', 'end', id], { url: service.url });
  expect(ended).toMatchObject({ code: 0, stdout: `${id} has ended.\n` });
  const late = await repl('kept\n', '--session', id);
  expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('The session has ended.') });
});

test('what cannot be is said', async () => {
  expect(await repl('1', '--session', '01890000-0000-7000-8000-000000000000')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no session'),
  });
  expect(await repl('1', '-l', 'cobol')).toMatchObject({ code: 1 });
  expect(await podline(['sessions', 'stop', 'x'], { url: service.url })).toMatchObject({ code: 2 });
});
