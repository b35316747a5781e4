import { describe, expect, test } from 'vitest';
import { makeDataDir } from '../../service/support/data-dir.ts';
import { cancel, cleanup, get, submit } from '../../service/support/executions.ts';
import { type ServerProcess, startServer } from '../../service/support/server-process.ts';
import type { Settings } from '../../service/support/settings.ts';
import { TestNamespace } from '../support/namespace.ts';
import { until } from '../support/until.ts';
import { lines, linesText, SAYS_GOODBYE, SLEEPS } from './support/programs.ts';
import { nothingLeft, nothingLeftOf, nothingRuns } from './support/remains.ts';
import { clusterSettings, freePort } from './support/server.ts';
import { Viewer } from './support/viewer.ts';

const LINES = 150;
/** A launcher that nobody talks to goes after a minute. */
const ORPHANS_MS = 150_000;

/** One data directory, one address and one namespace, for one server after another. */
interface Place extends AsyncDisposable {
  readonly namespace: TestNamespace;
  start(settings: Settings): Promise<ServerProcess & { readonly url: string }>;
}

async function openPlace(): Promise<Place> {
  const resources = new AsyncDisposableStack();
  const namespace = resources.use(await TestNamespace.create('handover'));
  const dataDir = resources.use(await makeDataDir());
  const settings = { DATA_DIR: dataDir.path, PORT: String(await freePort()) };
  return {
    namespace,
    start: async (more) =>
      resources.use(await startServer(clusterSettings(namespace, { ...settings, ...more }))),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

describe.concurrent.each(['SIGTERM', 'SIGKILL'] as const)('after %s', (signal) => {
  test('programs go on, and the next server reads on', { timeout: 2 * ORPHANS_MS }, async () => {
    await using place = await openPlace();
    const { namespace } = place;
    const first = await place.start({ WARM: 'python=1,javascript=0' });
    const { url } = first;
    const watch = async (code: string): Promise<{ id: string; viewer: Viewer }> => {
      const id = await submit(url, { code, limits: { timeoutMs: 300_000 } });
      return { id, viewer: new Viewer(url, id) };
    };
    const long = await watch(lines(LINES, 100));
    const short = await watch(lines(20, 50));
    const cancelled = await watch(SAYS_GOODBYE);
    const cleaned = await watch(SLEEPS);
    const all = [long, short, cancelled, cleaned];
    await Promise.all([cancelled, cleaned].map(({ viewer }) => viewer.printed('first\n')));
    await Promise.all([long, short].map(({ viewer }) => viewer.printed('line 1\n')));
    const places = await Promise.all(all.map(async ({ id }) => (await get(url, id)).runner));

    first.kill(signal);
    expect(await first.ended).toEqual(
      signal === 'SIGTERM' ? { code: 0, signal: null } : { code: null, signal },
    );
    if (signal === 'SIGTERM') {
      const serving = places.map((one) => one?.pod);
      await until(
        async () => (await namespace.pods()).map(({ metadata }) => metadata?.name),
        (names) => names.every((name) => serving.includes(name)),
      );
    }

    await place.start({ WARM: '0' });
    expect((await cancel(url, cancelled.id)).__typename).toBe('CancelSuccess');
    expect((await cleanup(url, cleaned.id)).__typename).toBe('CleanupSuccess');
    const succeeded = { status: 'SUCCEEDED', endReason: 'EXITED', exitCode: 0 };
    expect(await long.viewer.end()).toMatchObject({ ...succeeded, output: linesText(LINES) });
    expect(await short.viewer.end()).toMatchObject({ ...succeeded, output: linesText(20) });
    const stopped = await cancelled.viewer.end();
    expect(stopped).toMatchObject({ status: 'CANCELLED', endReason: 'CANCELLED' });
    expect(stopped.output).toMatch(/^first\n(last\n)?$/);
    expect(await cleaned.viewer.end()).toMatchObject({ status: 'CANCELLED', output: 'first\n' });
    for (const [index, { id }] of all.entries()) {
      const after = await get(url, id);
      // Where it ran, it has ended: nothing was started anew.
      expect(after.runner).toEqual(places[index]);
      await nothingLeftOf(namespace, after);
    }
    // Of a server that was killed the warm pod ends by itself; what is left of it takes no room and is swept later.
    if (signal === 'SIGTERM') await nothingLeft(namespace);
    else await nothingRuns(namespace, ORPHANS_MS);
  });
});

test('what was queued runs at the next server, once', async () => {
  await using place = await openPlace();
  const first = await place.start({ MAX_RUNNING: '1' });
  const { url } = first;
  const holding = await submit(url, { code: SLEEPS, limits: { timeoutMs: 300_000 } });
  const holder = new Viewer(url, holding);
  await holder.printed('first\n');
  const queued = await submit(url, {
    code: 'import os, sys\nprint(input(), os.environ["NAME"], open("file.txt").read(), sys.argv[1])',
    stdin: 'stdin\n',
    env: [{ name: 'NAME', value: 'environment' }],
    files: [{ path: 'file.txt', content: 'file' }],
    args: ['argument'],
  });
  first.kill('SIGKILL');
  await first.ended;
  await place.start({ MAX_RUNNING: '1' });
  expect((await get(url, queued)).status).toBe('QUEUED');
  await cancel(url, holding);
  expect(await holder.end()).toMatchObject({ status: 'CANCELLED', output: 'first\n' });
  const viewer = new Viewer(url, queued);
  expect(await viewer.end()).toMatchObject({
    status: 'SUCCEEDED',
    output: 'stdin environment file argument\n',
  });
});
