import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDataDir } from '../../service/support/data-dir.ts';
import { cleanup, submit } from '../../service/support/executions.ts';
import { ask, type Headers } from '../../service/support/graphql.ts';
import { startServer } from '../../service/support/server-process.ts';
import { TestNamespace } from '../support/namespace.ts';
import { ApiProxy } from './support/api-proxy.ts';
import { moved, serverOf } from './support/moved.ts';
import { nothingLeftOf } from './support/remains.ts';
import { type ClusterServer, clusterSettings, freePort, startClusterServer } from './support/server.ts';
import { Viewer } from './support/viewer.ts';

const ALICE: Headers = { authorization: 'Bearer key-of-alice' };
const BOB: Headers = { authorization: 'Bearer key-of-bob' };

/** Leaves 32 files of 1 MiB, each with its SHA-256 as its name. */
const LEAVES = `import hashlib, os
for _ in range(32):
    data = os.urandom(1 << 20)
    with open(hashlib.sha256(data).hexdigest(), "wb") as file: file.write(data)
print("done", flush=True)`;

interface Left {
  readonly files: readonly { readonly path: string; readonly sha256: string; readonly url: string }[];
  readonly omittedFiles: readonly { readonly path: string; readonly reason: string }[];
}

async function leftBy(url: string, id: string, headers: Headers = {}): Promise<Left> {
  const query =
    'query Left($id: ID!) { execution(id: $id) { files { path sha256 url } omittedFiles { path reason } } }';
  return (await ask<{ execution: Left }>(url, query, { id }, headers)).execution;
}

/** Expects all that `LEAVES` leaves, and downloads one of them. */
async function expectWhole(url: string, id: string): Promise<void> {
  const { files, omittedFiles } = await leftBy(url, id);
  expect(omittedFiles).toEqual([]);
  expect(files).toHaveLength(32);
  for (const { path, sha256 } of files) expect(sha256).toBe(path);
  const bytes = Buffer.from(await (await fetch(url + files[0]?.url)).arrayBuffer());
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(files[0]?.path);
}

let namespace: TestNamespace;
beforeAll(async () => {
  namespace = await TestNamespace.create('service-files');
});
afterAll(() => namespace[Symbol.asyncDispose]());

describe('files that programs leave in pods', { timeout: 200_000 }, () => {
  let server: ClusterServer;
  beforeAll(async () => {
    const API_KEYS = 'alice=key-of-alice,bob=key-of-bob';
    server = await startClusterServer(namespace, { API_KEYS, WARM: 'python=1,javascript=0' });
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  test('are downloaded by their caller alone, until they are cleaned up', async () => {
    const { url } = server;
    const code = 'open("a.txt", "w").write("0123456789")\nopen("b.png", "wb").write(b"x")';
    const id = await submit(url, { code, outputFiles: ['*.txt'] }, ALICE);
    const ended = await new Viewer(url, id, ALICE).end();
    const { files } = await leftBy(url, id, ALICE);
    expect(files.map(({ path }) => path)).toEqual(['a.txt']);
    const file = url + files[0]?.url;
    const part = await fetch(file, { headers: { ...ALICE, range: 'bytes=2-4' } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      206,
      'bytes 2-4/10',
      '234',
    ]);
    const head = await fetch(file, { method: 'HEAD', headers: ALICE });
    expect(head.headers.get('content-length')).toBe('10');
    expect((await fetch(file, { headers: BOB })).status).toBe(404);
    await nothingLeftOf(namespace, ended);
    await cleanup(url, id, ALICE);
    expect((await fetch(file, { headers: ALICE })).status).toBe(404);
    expect((await leftBy(url, id, ALICE)).files).toEqual([]);
  });

  test('of a program that is cleaned up while it runs there are none in the end', async () => {
    const { url } = server;
    const code = 'import time\nopen("a.txt", "w").write("x")\nprint("on", flush=True)\ntime.sleep(600)';
    const id = await submit(url, { code }, ALICE);
    const viewer = new Viewer(url, id, ALICE);
    await viewer.printed('on\n');
    expect((await cleanup(url, id, ALICE)).__typename).toBe('CleanupSuccess');
    expect(await viewer.end()).toMatchObject({ status: 'CANCELLED' });
    await expect.poll(async () => (await leftBy(url, id, ALICE)).files).toEqual([]);
    expect((await fetch(`${url}/result/${id}/files/a.txt`, { headers: ALICE })).status).toBe(404);
  });
});

test('files come whole where the server is killed while it takes them', { timeout: 200_000 }, async () => {
  await using dataDir = await makeDataDir();
  const settings = clusterSettings(namespace, { DATA_DIR: dataDir.path, PORT: String(await freePort()) });
  await using first = await startServer(settings);
  const id = await submit(first.url, { code: LEAVES });
  const viewer = new Viewer(first.url, id);
  await viewer.printed('done\n');
  first.kill('SIGKILL');
  await first.ended;
  await using second = await startServer(settings);
  expect(await viewer.end()).toMatchObject({ status: 'SUCCEEDED' });
  await expectWhole(second.url, id);
});

test('files come whole over streams that are cut', { timeout: 200_000 }, async () => {
  await using proxy = new ApiProxy(serverOf(namespace.kubeconfig), await freePort());
  await proxy.open();
  const KUBECONFIG = await moved(namespace.kubeconfig, proxy.url);
  await using server = await startClusterServer(namespace, { KUBECONFIG });
  const id = await submit(server.url, { code: LEAVES });
  const viewer = new Viewer(server.url, id);
  await viewer.printed('done\n');
  const timer = setInterval(() => proxy.cut(), 300);
  const ended = await viewer.end().finally(() => clearInterval(timer));
  expect(ended).toMatchObject({ status: 'SUCCEEDED' });
  await expectWhole(server.url, id);
});
