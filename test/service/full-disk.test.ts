import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDataDir } from './support/data-dir.ts';
import { cancel, count, ended, get, printing, run, submit, trySubmit } from './support/executions.ts';
import { type AnswerError, ask } from './support/graphql.ts';
import { startServer } from './support/server-process.ts';
import { openService } from './support/service.ts';
import { until } from './support/until.ts';

const MiB = 1024 * 1024;

/** Prints numbered lines of a kilobyte for as long as it is let. */
const PROGRAM = `
  for (let line = 1; ; line++) {
    console.log(line + ' ' + '.'.repeat(1000));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
`;

/** A small disk mounted at `path`; or why there can be none here. */
function mountDisk(path: string): Disposable | string {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', path], { stdio: 'pipe' });
    // Lazily: a sandbox of a killed server may stand in it for a moment longer.
    return { [Symbol.dispose]: () => void execFileSync('umount', ['--lazy', path]) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Writes a file that takes all the room that is left, to the last bytes. */
function fillDisk(file: string): void {
  for (let size = MiB; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size, 1), { flag: 'a' });
    } catch {
      // Full for this size; smaller pieces may fit.
    }
  }
}

/** Fails when a line is missing, doubled or out of order; the last one may be cut. */
function expectNumberedLines(output: string): void {
  const lines = output.split('\n').slice(0, -1);
  expect(lines).toEqual(lines.map((_, index) => `${index + 1} ${'.'.repeat(1000)}`));
}

/** Submits until nothing more fits: what the database has reserved may still take a few. */
async function submitUntilRefused(url: string): Promise<readonly AnswerError[]> {
  const { errors } = await until(
    'nothing is taken any more and the health says so',
    async () => {
      const { errors } = await trySubmit(url, { code: '1', language: 'javascript' });
      return { errors, health: await healthOf(url) };
    },
    ({ errors, health }) => errors.length > 0 && health.status !== 'HEALTHY',
  );
  return errors;
}

async function healthOf(url: string): Promise<{ status: string; checks: { message: string | null }[] }> {
  const query = '{ health { status checks { message } } }';
  return (await ask<{ health: { status: string; checks: { message: string | null }[] } }>(url, query)).health;
}

test('a full disk is said clearly, costs nothing that was printed, and heals', async (context) => {
  await using dataDir = await makeDataDir();
  const mounted = mountDisk(dataDir.path);
  if (typeof mounted === 'string')
    return context.skip(`needs root on Linux to mount a small disk: ${mounted}`);
  using _disk = mounted;
  await using service = await openService({ DATA_DIR: dataDir.path });
  const { url } = service;
  const before = await run(url, { code: 'console.log("before")', language: 'javascript' });
  const running = await submit(url, { code: PROGRAM, language: 'javascript' });
  await printing(url, running);

  const ballast = join(dataDir.path, 'ballast');
  fillDisk(ballast);
  expect(await submitUntilRefused(url)).toEqual([
    expect.objectContaining({
      message: expect.stringMatching(/disk is full/),
      extensions: { code: 'UNAVAILABLE' },
    }),
  ]);
  const recorded = await count(url);
  const response = await fetch(`${url}/execute`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: Buffer.from('1').toString('base64'), language: 'javascript' }),
  });
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ error: expect.stringMatching(/disk is full/) });
  expect(await count(url)).toBe(recorded);
  expect(JSON.stringify(await healthOf(url))).toMatch(/disk is full/);
  expect((await fetch(`${url}/health`)).status).toBe(503);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  expect(await get(url, before.id)).toEqual(before);

  rmSync(ballast);
  await until(
    'the service is well again',
    () => healthOf(url),
    ({ status }) => status === 'HEALTHY',
  );
  const after = await run(url, { code: 'console.log("after")', language: 'javascript' });
  expect(after).toMatchObject({ status: 'SUCCEEDED', output: 'after\n' });
  const { outputBytes } = await get(url, running);
  await printing(url, running, outputBytes);
  await cancel(url, running);
  const { output, status } = await ended(url, running);
  expect(status).toBe('CANCELLED');
  expectNumberedLines(output);
});

test('a server stopped with its disk full closes in order; the next one has what was stored', async (context) => {
  await using dataDir = await makeDataDir();
  const mounted = mountDisk(dataDir.path);
  if (typeof mounted === 'string')
    return context.skip(`needs root on Linux to mount a small disk: ${mounted}`);
  using _disk = mounted;
  const settings = { DATA_DIR: dataDir.path, SHUTDOWN_GRACE_MS: '500' };
  await using server = await startServer(settings);
  const running = await submit(server.url, { code: PROGRAM, language: 'javascript' });
  await printing(server.url, running);
  const ballast = join(dataDir.path, 'ballast');
  fillDisk(ballast);
  await submitUntilRefused(server.url);
  server.kill('SIGTERM');
  const { code } = await server.ended;
  expect({ code, stderr: server.stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/^\s+at /m) });

  rmSync(ballast);
  await using next = await startServer(settings);
  const { status, endReason, output } = await ended(next.url, running);
  expect({ status, endReason }).toEqual({ status: 'FAILED', endReason: 'INTERRUPTED' });
  expect(output).not.toBe('');
  expectNumberedLines(output);
});
