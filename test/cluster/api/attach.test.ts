import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadCluster } from '../../../src/runner/kubernetes/api/cluster.ts';
import type { AttachedStream, Cluster } from '../../../src/runner/kubernetes/cluster.ts';
import { TestNamespace } from '../support/namespace.ts';
import { until } from '../support/until.ts';
import { echoJob, type Running, startEcho } from './support/echo.ts';
import { silentLogger } from './support/silent-logger.ts';

let namespace: TestNamespace;
let cluster: Cluster;
beforeAll(async () => {
  namespace = await TestNamespace.create('attach');
  const { name, kubeconfig } = namespace;
  cluster = await loadCluster({ namespace: name, kubeconfig, logger: silentLogger });
});
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
});

interface Heard {
  readonly stream: AttachedStream;
  bytes: number;
  text(): string;
}

async function listen({ pod }: Running, signal = new AbortController().signal): Promise<Heard> {
  const parts: Buffer[] = [];
  const handlers = {
    stdout(part: Buffer) {
      parts.push(part);
      heard.bytes += part.length;
    },
  };
  const stream = await cluster.attach(pod, handlers, signal);
  const heard: Heard = { stream, bytes: 0, text: () => Buffer.concat(parts).toString() };
  return heard;
}

it('carries a MiB in and out, in order', async () => {
  await using running = await startEcho(cluster);
  const heard = await listen(running);
  const text = Array.from({ length: 16_384 }, (_, index) => `${String(index).padStart(62, 'é')}\n`).join('');
  heard.stream.write(text);
  const bytes = Buffer.byteLength(text);
  await until(
    () => heard.bytes,
    (now) => now >= bytes,
  );
  expect(heard.text() === text).toBe(true);
  heard.stream.write('bye\n');
  expect(await heard.stream.closed).toEqual({ reason: 'ended' });
});

it('lets a hundred attach to one pod; closing one ends nothing', async () => {
  await using running = await startEcho(cluster);
  const all = await Promise.all(Array.from({ length: 100 }, () => listen(running)));
  const [first, ...others] = all;
  // The nodes join the streams a moment after they say that they are open.
  await until(
    () => {
      first?.stream.write('to all\n');
      return all.map((heard) => heard.text());
    },
    (texts) => texts.every((text) => text.startsWith('to all\n')),
  );
  for (const { stream } of others) stream[Symbol.dispose]();
  first?.stream.write('to one\n');
  await until(
    () => first?.text(),
    (text) => text?.endsWith('to one\n') === true,
  );
  expect(others.some((heard) => heard.text().includes('to one'))).toBe(false);
});

it('holds a program back while it pauses, and loses nothing', async () => {
  const program =
    'import sys; sys.stdin.readline(); [print("x" * 999) for _ in range(30000)]; sys.stdin.readline()';
  await using running = await startEcho(cluster, program);
  const heard = await listen(running);
  heard.stream.pause();
  heard.stream.write('go\n');
  // Another looks on; it gets what the first does not take.
  const other = await listen(running);
  other.stream[Symbol.dispose]();
  expect(heard.bytes).toBeLessThan(20_000_000);
  heard.stream.resume();
  await until(
    () => heard.bytes,
    (bytes) => bytes >= 30_000_000,
  );
  expect(heard.bytes).toBe(30_000_000);
});

it('ends when its signal is aborted, and the pod goes on', async () => {
  await using running = await startEcho(cluster);
  const controller = new AbortController();
  const { stream } = await listen(running, controller.signal);
  controller.abort();
  expect(await stream.closed).toEqual({ reason: 'aborted' });
  const again = await listen(running);
  again.stream.write('still there\n');
  await until(
    () => again.text(),
    (text) => text === 'still there\n',
  );
});

it('rejects for a pod that is not there, and one whose container does not run yet', async () => {
  const handlers = { stdout() {} };
  const { signal } = new AbortController();
  await expect(cluster.attach('nobody', handlers, signal)).rejects.toMatchObject({
    failure: 'missing',
    code: 404,
  });
  const job = echoJob();
  const container = job.spec?.template.spec?.containers[0];
  if (container) container.image = 'podline.test/none:1';
  const name = (await cluster.createJob(job)).metadata?.name ?? '';
  const pods = await until(
    () => cluster.pods.list().filter(({ metadata }) => metadata?.labels?.['job-name'] === name),
    (all) => Boolean(all[0]?.status?.containerStatuses?.[0]?.state?.waiting),
  );
  const attempt = cluster.attach(pods[0]?.metadata?.name ?? '', handlers, signal);
  // The node is asked before the stream is said to be open.
  await expect(attempt).rejects.toMatchObject({ failure: 'unavailable', code: 500 });
  await cluster.deleteJob(name);
});
