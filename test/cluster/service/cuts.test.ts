import { afterAll, beforeAll, expect, test } from 'vitest';
import { submit } from '../../service/support/executions.ts';
import { seededRandom } from '../../service/support/random.ts';
import { TestNamespace } from '../support/namespace.ts';
import { ApiProxy } from './support/api-proxy.ts';
import { moved, serverOf } from './support/moved.ts';
import { FLOODS, lines, linesText } from './support/programs.ts';
import { nothingLeftOf } from './support/remains.ts';
import { type ClusterServer, freePort, startClusterServer } from './support/server.ts';
import { Viewer } from './support/viewer.ts';

const SEED = 20_261;
const CUT_EVERY_MS = 150;
/** How many of the connections that are open then are cut each time. */
const SHARE = 0.25;
const CUTS = 30;

let namespace: TestNamespace;
let proxy: ApiProxy;
let server: ClusterServer;
beforeAll(async () => {
  namespace = await TestNamespace.create('cuts');
  proxy = new ApiProxy(serverOf(namespace.kubeconfig), await freePort());
  await proxy.open();
  const KUBECONFIG = await moved(namespace.kubeconfig, proxy.url);
  server = await startClusterServer(namespace, { KUBECONFIG, WARM: 'python=1,javascript=0' });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
});

/** Every connection to the cluster is cut at some time, attached streams, watches and calls alike, from now on. */
function cutting(): Disposable {
  const random = seededRandom(SEED);
  const timer = setInterval(() => proxy.cut(() => random() < SHARE), CUT_EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const watch = async (code: string, limits: object = {}): Promise<Viewer> =>
  new Viewer(server.url, await submit(server.url, { code, limits }));

test('connections cut at random, from before the start to after the end', async () => {
  using _ = cutting();
  const before = proxy.cuts;
  const viewers = [
    await watch(lines(150, 40)),
    await watch(lines(2000, 2)),
    await watch(FLOODS, { outputBytes: 3_000_000 }),
    await watch('import sys\nfor line in range(1, 31): print("line", line)\nsys.exit(7)'),
  ];
  const [slow, fast, flood, short] = await Promise.all(viewers.map((viewer) => viewer.end()));
  const succeeded = { status: 'SUCCEEDED', endReason: 'EXITED', exitCode: 0 };
  expect(slow).toMatchObject({ ...succeeded, output: linesText(150) });
  expect(fast).toMatchObject({ ...succeeded, output: linesText(2000) });
  expect(flood).toMatchObject({ status: 'FAILED', endReason: 'OUTPUT_LIMIT' });
  const printed = flood?.output ?? '';
  expect(printed.length).toBeGreaterThan(2_900_000);
  expect(linesText(printed.split('\n').length).startsWith(printed)).toBe(true);
  expect(short).toMatchObject({ status: 'FAILED', endReason: 'EXITED', exitCode: 7, output: linesText(30) });
  expect(proxy.cuts - before).toBeGreaterThan(CUTS);
  for (const ended of [slow, fast, flood, short]) if (ended) await nothingLeftOf(namespace, ended);
});

test('the way to the cluster closed in the middle and opened again', async () => {
  const viewer = await watch(lines(100, 50));
  await viewer.printed('line 20\n');
  await proxy.close();
  const ended = await watch('print("while it was closed")');
  await proxy.open();
  expect(await viewer.end()).toMatchObject({ status: 'SUCCEEDED', exitCode: 0, output: linesText(100) });
  expect(await ended.end()).toMatchObject({ status: 'SUCCEEDED', output: 'while it was closed\n' });
});
