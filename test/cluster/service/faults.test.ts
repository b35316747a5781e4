import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cancel, submit } from '../../service/support/executions.ts';
import { TestNamespace } from '../support/namespace.ts';
import { lines, linesText, SLEEPS } from './support/programs.ts';
import { nothingLeftOf } from './support/remains.ts';
import { type ClusterServer, health, startClusterServer } from './support/server.ts';
import { type Component, findTestbed, kill, up } from './support/testbed.ts';
import { Viewer } from './support/viewer.ts';

/** Long enough to be still running when the component is back. */
const LINES = 300;
const LONG = lines(LINES, 50);
/** A component takes up to a minute to come back. */
const PATIENCE_MS = 180_000;

const testbed = findTestbed();

/** Kills what other suites need: runs when they do not. */
describe.skipIf(testbed === null)(
  'killed in the middle (needs the test bed: set TESTBED)',
  { timeout: PATIENCE_MS },
  () => {
    const bed = testbed ?? '';
    let namespace: TestNamespace;
    let server: ClusterServer;
    beforeAll(async () => {
      namespace = await TestNamespace.create('faults');
      server = await startClusterServer(namespace, { WARM: 'python=2,javascript=0', MAX_RUNNING: '8' });
    });
    afterEach(() => up(bed), 120_000);
    afterAll(async () => {
      await server?.[Symbol.asyncDispose]();
      await namespace?.[Symbol.asyncDispose]();
    });

    const watch = async (code: string): Promise<{ id: string; viewer: Viewer }> => {
      const id = await submit(server.url, { code, limits: { timeoutMs: 300_000 } });
      return { id, viewer: new Viewer(server.url, id, {}, PATIENCE_MS) };
    };

    test.each(['apiserver', 'kubelet', 'kcm', 'sched', 'containerd', 'etcd'] as const)(
      '%s: every line of every run, before, in the middle and after',
      async (component: Component) => {
        const running = [await watch(LONG), await watch(LONG)];
        const quiet = await watch(SLEEPS);
        // Prints all it has to say while nobody can listen.
        const brief = await watch(lines(40, 50));
        for (const { viewer } of running) await viewer.printed('line 20\n');
        await brief.viewer.printed('line 1\n');
        await quiet.viewer.printed('first\n');
        await kill(bed, component);
        // Taken while it is away: by a warm pod, and beyond those.
        const during = [await watch(lines(20, 20)), await watch(lines(20, 20)), await watch(lines(20, 20))];
        expect((await cancel(server.url, quiet.id)).__typename).toBe('CancelSuccess');
        await up(bed);

        const succeeded = { status: 'SUCCEEDED', endReason: 'EXITED', exitCode: 0 };
        const ends = [];
        for (const [{ viewer }, count] of [
          ...running.map((one) => [one, LINES] as const),
          [brief, 40] as const,
          ...during.map((one) => [one, 20] as const),
        ]) {
          const ended = await viewer.end();
          expect(ended).toMatchObject({ ...succeeded, output: linesText(count) });
          ends.push(ended);
        }
        const cancelled = await quiet.viewer.end();
        expect(cancelled).toMatchObject({ status: 'CANCELLED', output: 'first\n' });
        for (const ended of [...ends, cancelled]) await nothingLeftOf(namespace, ended);
        await health(server.url, 'all is well', ({ status }) => status === 'HEALTHY');
      },
    );

    test('the API server away for as long as the run takes to end', async () => {
      const { viewer } = await watch(lines(60, 50));
      await viewer.printed('line 20\n');
      await kill(bed, 'apiserver');
      await health(server.url, 'that it is away', ({ status }) => status === 'DEGRADED');
      await up(bed);
      expect(await viewer.end()).toMatchObject({ status: 'SUCCEEDED', output: linesText(60) });
    });
  },
);
