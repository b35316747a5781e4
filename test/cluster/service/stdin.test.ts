import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { podline } from '../../cli/support/podline.ts';
import { makeDataDir } from '../../service/support/data-dir.ts';
import { submit } from '../../service/support/executions.ts';
import { seededRandom } from '../../service/support/random.ts';
import { startServer } from '../../service/support/server-process.ts';
import { TestNamespace } from '../support/namespace.ts';
import { ApiProxy } from './support/api-proxy.ts';
import { moved, serverOf } from './support/moved.ts';
import { clusterSettings, freePort, startClusterServer } from './support/server.ts';
import { interrupt, numbered, tryWrite, writeAll } from './support/stdin.ts';
import { Viewer } from './support/viewer.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const LIMITS = { timeoutMs: 300_000 };
const SUCCEEDED = { status: 'SUCCEEDED', endReason: 'EXITED', exitCode: 0 };

/** Prints its first line, waits for an interrupt, then reads the rest and prints how much it was and its SHA-256. */
const WAITS = `
import hashlib, sys, time
try:
    print(sys.stdin.buffer.readline().decode(), end="", flush=True)
    time.sleep(600)
except KeyboardInterrupt:
    print("interrupted", flush=True)
rest = sys.stdin.buffer.read()
print(len(rest), hashlib.sha256(rest).hexdigest())
`;
const ECHOES = 'import sys\nprint("up", flush=True)\nfor line in sys.stdin: print(line, end="", flush=True)';
const DIGESTS = `
import hashlib, sys
hash, length = hashlib.sha256(), 0
while part := sys.stdin.buffer.read1(1 << 16):
    hash.update(part)
    length += len(part)
print(length, hash.hexdigest())
`;

const digest = (bytes: Uint8Array): string =>
  `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}\n`;

let namespace: TestNamespace;
beforeAll(async () => {
  namespace = await TestNamespace.create('stdin');
});
afterAll(() => namespace?.[Symbol.asyncDispose]());

const ask = (url: string, code: string, more: object = {}): Promise<string> =>
  submit(url, { code, stdinOpen: true, limits: LIMITS, ...more });

describe('stdin that stays open, on a cluster', () => {
  test('32 MiB, every byte once, and not one more', async () => {
    await using server = await startClusterServer(namespace);
    const { url } = server;
    const id = await ask(url, DIGESTS, { stdin: 'begin' });
    const bytes = Buffer.concat([Buffer.from('begin'), numbered(32 * MiB - 5)]);
    await writeAll(url, id, bytes, 5, { end: false });
    expect((await tryWrite(url, id, 'x')).status).toBe(400);
    expect((await tryWrite(url, id, '', { end: true })).status).toBe(200);
    expect(await new Viewer(url, id).end()).toMatchObject({ ...SUCCEEDED, output: digest(bytes) });
    expect((await tryWrite(url, id, 'x')).status).toBe(410);
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'what was not read when its server got %s is delivered by the next',
    async (signal) => {
      await using dataDir = await makeDataDir();
      const settings = clusterSettings(namespace, { DATA_DIR: dataDir.path, PORT: String(await freePort()) });
      await using first = await startServer(settings);
      const { url } = first;
      const id = await ask(url, WAITS);
      const bytes = numbered(1500 * KiB);
      await tryWrite(url, id, 'first line\n', { offset: 0 });
      const viewer = new Viewer(url, id);
      await viewer.printed('first line\n');
      // More than pod and pipe hold.
      const before = bytes.subarray(0, 900 * KiB);
      await writeAll(url, id, Buffer.concat([Buffer.from('first line\n'), before]), 11, { end: false });
      first.kill(signal);
      await first.ended;
      await using _next = await startServer(settings);
      expect((await tryWrite(url, id, 'other', { offset: 0 })).body).toMatchObject({
        offset: 11 + before.length,
      });
      expect(await interrupt(url, id)).toBe('InterruptSuccess');
      await viewer.printed('interrupted\n');
      await writeAll(url, id, Buffer.concat([Buffer.from('first line\n'), bytes]), 11 + before.length);
      const ended = await viewer.end();
      expect(ended).toMatchObject({
        ...SUCCEEDED,
        output: `first line\ninterrupted\n${digest(bytes)}`,
      });
    },
  );

  test('what was not read moves with the records: podline migrate', async () => {
    await using dataDir = await makeDataDir();
    const [from, to] = [join(dataDir.path, 'from'), join(dataDir.path, 'to')];
    await Promise.all([from, to].map((path) => mkdir(path)));
    const PORT = String(await freePort());
    const start = (path: string) => startServer(clusterSettings(namespace, { DATA_DIR: path, PORT }));
    await using first = await start(from);
    const { url } = first;
    const id = await ask(url, WAITS);
    const bytes = numbered(900 * KiB);
    await tryWrite(url, id, 'first line\n', { offset: 0 });
    const viewer = new Viewer(url, id);
    await viewer.printed('first line\n');
    await writeAll(url, id, Buffer.concat([Buffer.from('first line\n'), bytes]), 11);
    first.kill('SIGTERM');
    await first.ended;
    expect(await podline(['migrate', '--from', from, '--to', join(to, 'podline.db')])).toMatchObject({
      code: 0,
    });
    await using _next = await start(to);
    expect(await interrupt(url, id)).toBe('InterruptSuccess');
    expect(await viewer.end()).toMatchObject({
      ...SUCCEEDED,
      output: `first line\ninterrupted\n${digest(bytes)}`,
    });
  });

  test('connections to the cluster cut at random: every line once, in order', async () => {
    await using proxy = new ApiProxy(serverOf(namespace.kubeconfig), await freePort());
    await proxy.open();
    const KUBECONFIG = await moved(namespace.kubeconfig, proxy.url);
    await using server = await startClusterServer(namespace, { KUBECONFIG });
    const { url } = server;
    const id = await ask(url, ECHOES);
    const viewer = new Viewer(url, id);
    await viewer.printed('up\n');
    const random = seededRandom(20_262);
    const timer = setInterval(() => proxy.cut(() => random() < 0.5), 300);
    const lines = Array.from({ length: 200 }, (_, n) => `line ${n} ${'x'.repeat((n * 37) % 500)}\n`);
    try {
      for (const line of lines) {
        await tryWrite(url, id, line);
        if (random() < 0.3) await viewer.printed(line);
      }
      await tryWrite(url, id, '', { end: true });
      expect(await viewer.end()).toMatchObject({ ...SUCCEEDED, output: `up\n${lines.join('')}` });
    } finally {
      clearInterval(timer);
    }
    expect(proxy.cuts).toBeGreaterThan(5);
  });

  test('one that never reads, and one that closes it, end as any other', async () => {
    await using server = await startClusterServer(namespace);
    const { url } = server;
    const never = await ask(url, 'import time\nprint("up", flush=True)\ntime.sleep(5)');
    const closes = await ask(url, 'import os, time\nos.close(0)\nprint("up", flush=True)\ntime.sleep(5)');
    for (const id of [never, closes]) {
      const viewer = new Viewer(url, id);
      await viewer.printed('up\n');
      let answer = await tryWrite(url, id, Buffer.alloc(64 * KiB));
      for (let writes = 0; writes < 30 && answer.status === 200; writes++)
        answer = await tryWrite(url, id, Buffer.alloc(64 * KiB));
      expect([410, 429]).toContain(answer.status);
      expect(await viewer.end()).toMatchObject({ ...SUCCEEDED, output: 'up\n' });
    }
  });
});
