import { afterAll, beforeAll, expect, test } from 'vitest';
import { ended, submit } from '../../service/support/executions.ts';
import { createSession, endSession, findSession } from '../../service/support/sessions.ts';
import { lines, linesText } from './support/programs.ts';
import { nothingLeft } from './support/remains.ts';
import { openShared, type Replica, type Shared } from './support/replicas.ts';
import { Viewer } from './support/viewer.ts';

const LINES = 150;

let shared: Shared;
let one: Replica;
let other: Replica;
beforeAll(async () => {
  shared = await openShared('replicas-sessions');
  one = await shared.start();
  other = await shared.start();
});
afterAll(async () => {
  await shared?.[Symbol.asyncDispose]();
});

function cell(url: string, sessionId: string, code: string): Promise<string> {
  return submit(url, { code, sessionId, context: 'main', limits: { timeoutMs: 300_000 } });
}

test('what is submitted at any server runs in the one that holds the session, in order', async () => {
  const sessionId = await createSession(one.url);
  const cells = [];
  for (let number = 1; number <= 10; number++) {
    const { url } = number % 2 === 0 ? one : other;
    const code = number === 1 ? 'n = 1\nprint(n)' : 'n += 1\nprint(n)';
    cells.push(await cell(url, sessionId, code));
  }
  for (const [index, id] of cells.entries()) {
    expect(await ended(other.url, id)).toMatchObject({ status: 'SUCCEEDED', output: `${index + 1}\n` });
  }
  expect(await endSession(other.url, sessionId)).toMatchObject({ status: 'ENDED', endReason: 'CLOSED' });
  await nothingLeft(shared.namespace);
});

test('the other server adopts the sessions of one that is killed: the cell goes on, the variables are there', {
  timeout: 240_000,
}, async () => {
  const third = await shared.start();
  const sessionId = await createSession(third.url);
  await ended(other.url, await cell(other.url, sessionId, 'x = 41'));
  const running = await cell(other.url, sessionId, lines(LINES, 100));
  const queued = await cell(other.url, sessionId, 'x += 1\nprint(x)');
  const viewer = new Viewer(other.url, running);
  await viewer.printed('line 5\n');
  third.kill('SIGKILL');
  await third.ended;
  expect(await viewer.end()).toMatchObject({ status: 'SUCCEEDED', output: linesText(LINES) });
  expect(await ended(one.url, queued)).toMatchObject({ status: 'SUCCEEDED', output: '42\n' });
  expect(await findSession(one.url, sessionId)).toMatchObject({
    endReason: null,
    contexts: [{ name: 'main', executionCount: 3, stateLost: false }],
  });
  expect(await endSession(one.url, sessionId)).toMatchObject({ endReason: 'CLOSED' });
});

test('one that was suspended while another adopted its session drives it no more', {
  timeout: 240_000,
}, async () => {
  const third = await shared.start();
  const sessionId = await createSession(third.url);
  await ended(third.url, await cell(third.url, sessionId, 'n = 0'));
  const running = await cell(third.url, sessionId, lines(LINES, 100));
  const viewer = new Viewer(other.url, running);
  await viewer.printed('line 5\n');
  third.kill('SIGSTOP');
  const cells = [];
  for (let number = 1; number <= 5; number++) {
    cells.push(await cell(other.url, sessionId, 'n += 1\nprint(n)'));
  }
  await viewer.printed(`line ${LINES}\n`);
  third.kill('SIGCONT');
  for (let number = 6; number <= 10; number++) {
    cells.push(await cell(third.url, sessionId, 'n += 1\nprint(n)'));
  }
  expect(await viewer.end()).toMatchObject({ status: 'SUCCEEDED', output: linesText(LINES) });
  for (const [index, id] of cells.entries()) {
    expect(await ended(other.url, id)).toMatchObject({ status: 'SUCCEEDED', output: `${index + 1}\n` });
  }
  expect(await endSession(third.url, sessionId)).toMatchObject({ endReason: 'CLOSED' });
});
