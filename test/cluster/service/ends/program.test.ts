import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancel, cleanup, type Execution, get, submit } from '../../../service/support/executions.ts';
import { TestNamespace } from '../../support/namespace.ts';
import {
  FLOODS,
  FLOODS_ITS_DISK,
  IGNORES_SIGTERM,
  SAYS_GOODBYE,
  SLEEPS,
  signalsItself,
  TAKES_MEMORY,
  TAKES_MEMORY_AT_ONCE,
} from '../support/programs.ts';
import { nothingLeftOf } from '../support/remains.ts';
import { type ClusterServer, startClusterServer } from '../support/server.ts';
import { Viewer } from '../support/viewer.ts';

let namespace: TestNamespace;
let server: ClusterServer;
beforeAll(async () => {
  namespace = await TestNamespace.create('ends');
  server = await startClusterServer(namespace, { WARM: '1' });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
});

/** Runs a program to its end under a viewer's eyes. */
async function runWatched(code: string, input: Record<string, unknown> = {}): Promise<Execution> {
  return new Viewer(server.url, await submit(server.url, { code, ...input })).end();
}

const exits = (code: number): string => `import sys\nprint("first")\nsys.exit(${code})`;

describe('the program itself', () => {
  test('exit code 0 succeeds, 7 fails', async () => {
    const [good, bad] = await Promise.all([runWatched(exits(0)), runWatched(exits(7))]);
    const common = { endReason: 'EXITED', signal: null, output: 'first\n', outputTruncated: false };
    expect(good).toMatchObject({ status: 'SUCCEEDED', exitCode: 0, ...common });
    expect(bad).toMatchObject({ status: 'FAILED', exitCode: 7, ...common });
    expect(bad.runner).toMatchObject({
      kind: 'kubernetes',
      job: expect.any(String),
      pod: expect.any(String),
    });
    await Promise.all([good, bad].map((ended) => nothingLeftOf(namespace, ended)));
  });

  test.each(['SIGSEGV', 'SIGKILL'] as const)('%s', async (signal) => {
    const ended = await runWatched(signalsItself(signal));
    expect(ended).toMatchObject({ status: 'FAILED', endReason: 'SIGNALLED', signal, exitCode: null });
    expect(ended.output).toBe('first\n');
    await nothingLeftOf(namespace, ended);
  });
});

describe('its limits', () => {
  test('time: a program that ignores SIGTERM is killed', async () => {
    const ended = await runWatched(IGNORES_SIGTERM, { limits: { timeoutMs: 1000 } });
    expect(ended).toMatchObject({ status: 'FAILED', endReason: 'TIMED_OUT', output: 'first\n' });
    expect(ended.message).toMatch(/1000|1 s/);
    await nothingLeftOf(namespace, ended);
  });

  test('time: what a program says on SIGTERM is kept', async () => {
    const ended = await runWatched(SAYS_GOODBYE, { limits: { timeoutMs: 1000 } });
    expect(ended).toMatchObject({ status: 'FAILED', endReason: 'TIMED_OUT', output: 'first\nlast\n' });
    await nothingLeftOf(namespace, ended);
  });

  test.each([
    ['piece by piece', TAKES_MEMORY],
    ['at once', TAKES_MEMORY_AT_ONCE],
  ])('memory, taken %s', async (_, code) => {
    const ended = await runWatched(code, { limits: { memoryMb: 64 } });
    expect(ended).toMatchObject({ status: 'FAILED', endReason: 'OUT_OF_MEMORY', output: 'first\n' });
    expect(ended.message).toMatch(/64 MiB/);
    await nothingLeftOf(namespace, ended);
  });

  test.each(['python', 'javascript'] as const)('disk: %s', async (language) => {
    const ended = await runWatched(FLOODS_ITS_DISK[language], { language, limits: { timeoutMs: 60_000 } });
    expect(ended).toMatchObject({ status: 'FAILED', endReason: 'EVICTED', output: 'first\n' });
    expect(ended.message).toBe('It wrote more than 512 MiB or 20000 files to disk.');
    await nothingLeftOf(namespace, ended);
  });

  test('output', async () => {
    const ended = await runWatched(FLOODS, { limits: { outputBytes: 100_000 } });
    expect(ended).toMatchObject({ status: 'FAILED', endReason: 'OUTPUT_LIMIT', outputTruncated: true });
    expect(ended.outputBytes).toBeLessThanOrEqual(100_000);
    expect(ended.outputBytes).toBeGreaterThan(99_900);
    const lines = ended.output.split('\n').slice(0, -1);
    expect(lines).toEqual(lines.map((_, index) => `line ${index + 1}`));
    await nothingLeftOf(namespace, ended);
  });
});

describe('a request', () => {
  test('cancel ends it and keeps what it printed, also on its way out', async () => {
    const id = await submit(server.url, { code: SAYS_GOODBYE });
    const viewer = new Viewer(server.url, id);
    await viewer.printed('first');
    expect((await cancel(server.url, id)).__typename).toBe('CancelSuccess');
    const ended = await viewer.end();
    expect(ended).toMatchObject({ status: 'CANCELLED', endReason: 'CANCELLED', exitCode: null });
    expect(ended.output).toMatch(/^first\n(last\n)?$/);
    expect((await cancel(server.url, id)).__typename).toBe('AlreadyEndedError');
    await nothingLeftOf(namespace, ended);
  });

  test('cancel of one that ignores SIGTERM', async () => {
    const id = await submit(server.url, { code: IGNORES_SIGTERM });
    const viewer = new Viewer(server.url, id);
    await viewer.printed('first');
    await cancel(server.url, id);
    expect(await viewer.end()).toMatchObject({ status: 'CANCELLED', output: 'first\n' });
    await nothingLeftOf(namespace, await get(server.url, id));
  });

  test('cleanup of a running one removes Job and pod and keeps the record; again it does nothing', async () => {
    const id = await submit(server.url, { code: SLEEPS });
    const viewer = new Viewer(server.url, id);
    await viewer.printed('first');
    const running = await get(server.url, id);
    const name = running.runner?.pod ?? '';
    // The kubelet tells of it a moment after its output came.
    await expect
      .poll(
        async () =>
          (await namespace.core.readNamespacedPod({ name, namespace: namespace.name })).status?.phase,
        { timeout: 10_000 },
      )
      .toBe('Running');
    expect((await cleanup(server.url, id)).__typename).toBe('CleanupSuccess');
    const ended = await viewer.end();
    expect(ended).toMatchObject({ status: 'CANCELLED', output: 'first\n', runner: running.runner });
    await nothingLeftOf(namespace, ended);
    expect((await cleanup(server.url, id)).__typename).toBe('CleanupSuccess');
    expect(await get(server.url, id)).toEqual(ended);
  });
});
