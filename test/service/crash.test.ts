import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DataDir, makeDataDir } from './support/data-dir.ts';
import {
  cancel,
  type Execution,
  ended,
  get,
  printing,
  run,
  submit,
  trySubmit,
} from './support/executions.ts';
import { ask } from './support/graphql.ts';
import { watchers } from './support/metrics.ts';
import { type Chunk, linesProgram, linesText, Received } from './support/output.ts';
import { descendantsOf, stillRunning } from './support/process-table.ts';
import { ServerProcess, startServer } from './support/server-process.ts';
import { stalledSocket, stalledStream } from './support/stalled.ts';
import { until } from './support/until.ts';

const RUNNING = 3;
const FOREVER = linesProgram(1_000_000, 5);

let dataDir: DataDir;
let settings: { readonly [name: string]: string };
beforeAll(async () => {
  dataDir = await makeDataDir();
  settings = { DATA_DIR: dataDir.path, MAX_RUNNING: String(RUNNING) };
});
afterAll(() => dataDir[Symbol.asyncDispose]());

const forever = (url: string): Promise<string> => submit(url, { code: FOREVER, language: 'javascript' });

/** A program that prints all that it was given, kept apart from its record while it waits. */
function queuedInput(name: string): Record<string, unknown> {
  return {
    code: `
      import { readFileSync } from 'node:fs';
      console.log(readFileSync(0, 'utf8'), process.env.NAME, readFileSync('file.txt', 'utf8'), process.argv[2]);
    `,
    language: 'javascript',
    idempotencyKey: name,
    args: ['argument'],
    stdin: `stdin of ${name}`,
    env: [{ name: 'NAME', value: name }],
    files: [{ path: 'file.txt', content: 'content' }],
  };
}

/** All chunks, checked for contiguous numbers. */
async function chunksOf(url: string, id: string): Promise<Received> {
  const query = `query($id: ID!, $after: Int!) {
    execution(id: $id) { chunks(first: 1000, after: $after) { chunks { seq stream text } hasMore } }
  }`;
  const received = new Received();
  for (let hasMore = true; hasMore; ) {
    const { execution } = await ask<{ execution: { chunks: { chunks: Chunk[]; hasMore: boolean } } }>(
      url,
      query,
      { id, after: received.cursor },
    );
    received.add(execution.chunks.chunks);
    hasMore = execution.chunks.hasMore;
  }
  return received;
}

/** Submits without a pause until the server is gone; resolves to the ids it acknowledged. */
async function submitUntilGone(url: string): Promise<string[]> {
  const acknowledged: string[] = [];
  for (;;) {
    try {
      const { data } = await trySubmit(url, { code: 'console.log("late")', language: 'javascript' });
      if (data?.execute.execution) acknowledged.push(data.execute.execution.id);
      else return acknowledged;
    } catch {
      return acknowledged;
    }
  }
}

test('kill -9 during runs: every acknowledged record is there and right after the next start', async () => {
  await using killed = await startServer(settings);
  const { url } = killed;
  const ends: Execution[] = [
    await run(url, { code: linesProgram(5, 1), language: 'javascript', labels: [{ name: 'a', value: 'b' }] }),
    await run(url, { code: 'console.log("x"); console.error("y"); process.exit(3)', language: 'javascript' }),
  ];
  const running: string[] = [];
  for (let index = 0; index < RUNNING; index++) running.push(await forever(url));
  const shown = await Promise.all(running.map((id) => printing(url, id)));
  const queued: string[] = [];
  for (const name of ['first', 'second']) queued.push(await submit(url, queuedInput(name)));
  const submitting = [submitUntilGone(url), submitUntilGone(url)];
  const sandboxes = descendantsOf(killed.pid);
  expect(sandboxes.length).toBeGreaterThanOrEqual(RUNNING);

  await until(
    'some were acknowledged beside those',
    async () => (await ask<{ health: { queued: number } }>(url, '{ health { queued } }')).health.queued,
    (count) => count >= 10,
  );
  killed.kill('SIGKILL');
  await killed.ended;
  const late = (await Promise.all(submitting)).flat();
  await until(
    'no sandbox of the killed server is left',
    () => stillRunning(sandboxes),
    (left) => left.length === 0,
  );

  await using server = await startServer(settings);
  for (const before of ends) expect(await get(server.url, before.id)).toEqual(before);
  for (const [index, id] of running.entries()) {
    const after = await ended(server.url, id);
    expect(after).toMatchObject({ status: 'FAILED', endReason: 'INTERRUPTED', exitCode: null });
    expect(after.message).toMatch(/kept/);
    // What somebody saw is there, and nothing that was never printed.
    expect(after.output.startsWith(shown[index]?.output ?? 'none')).toBe(true);
    expect(linesText(after.output.split('\n').length).startsWith(after.output)).toBe(true);
    expect((await chunksOf(server.url, id)).text).toBe(after.output);
    expect(after.outputBytes).toBe(Buffer.byteLength(after.output));
  }
  for (const [index, name] of ['first', 'second'].entries()) {
    // The key is kept as long as the record: the same submission again finds it.
    expect(await submit(server.url, queuedInput(name))).toBe(queued[index]);
    const after = await ended(server.url, queued[index] ?? '');
    expect(after).toMatchObject({ status: 'SUCCEEDED', endReason: 'EXITED', exitCode: 0 });
    expect(after.output).toBe(`stdin of ${name} ${name} content argument\n`);
  }
  expect(late.length).toBeGreaterThan(0);
  for (const id of late) {
    await cancel(server.url, id);
    expect(['SUCCEEDED', 'CANCELLED']).toContain((await ended(server.url, id)).status);
  }
});

test('a second server on the same DATA_DIR is refused with a sentence; the first goes on', async () => {
  await using first = await startServer(settings);
  await using second = new ServerProcess(settings);
  expect((await second.ended).code).toBe(1);
  expect(second.stderr).toContain(dataDir.path);
  expect(second.stderr).toMatch(/in use by another process/);
  // A sentence, not a stack.
  expect(second.stderr).not.toMatch(/^\s+at /m);
  expect(await run(first.url, { code: 'console.log(1)', language: 'javascript' })).toMatchObject({
    status: 'SUCCEEDED',
  });
});

test('SIGTERM lets a program end within the grace, takes nothing new, and exits with 0', async () => {
  await using server = await startServer({ ...settings, SHUTDOWN_GRACE_MS: '20000', LOG_LEVEL: 'info' });
  const short = await submit(server.url, { code: linesProgram(20, 50), language: 'javascript' });
  await printing(server.url, short);
  const sandboxes = descendantsOf(server.pid);
  server.kill('SIGTERM');
  await server.printed('stdout', /"closing"/);
  await expect(trySubmit(server.url, { code: '1', language: 'javascript' })).rejects.toThrow();
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect(stillRunning(sandboxes)).toEqual([]);

  await using next = await startServer(settings);
  expect(await get(next.url, short)).toMatchObject({ status: 'SUCCEEDED', output: linesText(20) });
});

test('SIGTERM interrupts what runs beyond the grace and keeps its output; what is queued stays queued', async () => {
  await using server = await startServer({ ...settings, MAX_RUNNING: '1', SHUTDOWN_GRACE_MS: '200' });
  const long = await forever(server.url);
  const waiting = await submit(server.url, { code: 'console.log("later")', language: 'javascript' });
  const { output } = await printing(server.url, long);
  const sandboxes = descendantsOf(server.pid);
  server.kill('SIGTERM');
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect(stillRunning(sandboxes)).toEqual([]);

  await using next = await startServer(settings);
  const after = await get(next.url, long);
  expect(after).toMatchObject({ status: 'FAILED', endReason: 'INTERRUPTED' });
  expect(after.output.startsWith(output)).toBe(true);
  expect((await chunksOf(next.url, long)).text).toBe(after.output);
  expect(await ended(next.url, waiting)).toMatchObject({ status: 'SUCCEEDED', output: 'later\n' });
});

test('a second signal ends the server at once, and its sandboxes with it', async () => {
  await using server = await startServer({ ...settings, SHUTDOWN_GRACE_MS: '600000', LOG_LEVEL: 'info' });
  const id = await forever(server.url);
  await printing(server.url, id);
  const sandboxes = descendantsOf(server.pid);
  server.kill('SIGINT');
  await server.printed('stdout', /"closing"/);
  server.kill('SIGINT');
  const { code } = await server.ended;
  expect(code).toBe(130);
  await until(
    'no sandbox is left',
    () => stillRunning(sandboxes),
    (left) => left.length === 0,
  );

  await using next = await startServer(settings);
  expect(await ended(next.url, id)).toMatchObject({ status: 'FAILED', endReason: 'INTERRUPTED' });
});

test('viewers that never read do not hold up a close', async () => {
  await using server = await startServer({ ...settings, SHUTDOWN_GRACE_MS: '600000' });
  const code = "for (let kibibyte = 0; kibibyte < 8192; kibibyte++) console.log('x'.repeat(1023));";
  const { id } = await run(server.url, { code, language: 'javascript' });
  await stalledStream(server.url, id);
  await stalledSocket(server.url, id);
  await until(
    'both watch',
    () => watchers(server.url),
    ({ viewers }) => viewers === 2,
  );
  server.kill('SIGTERM');
  expect(await server.ended).toEqual({ code: 0, signal: null });
});
