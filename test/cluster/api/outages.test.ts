import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadCluster } from '../../../src/runner/kubernetes/api/cluster.ts';
import type { Cluster } from '../../../src/runner/kubernetes/cluster.ts';
import { TestNamespace } from '../support/namespace.ts';
import { until } from '../support/until.ts';
import { echoJob, startEcho } from './support/echo.ts';
import { FaultyProxy } from './support/faulty-proxy.ts';
import { altered, serverOf } from './support/kubeconfig.ts';
import { silentLogger } from './support/silent-logger.ts';

let namespace: TestNamespace;
let proxy: FaultyProxy;
/** By way of the proxy, and on the straight way. */
let cluster: Cluster;
let straight: Cluster;
beforeAll(async () => {
  namespace = await TestNamespace.create('outages');
  const { name, kubeconfig } = namespace;
  const server = serverOf(kubeconfig);
  proxy = await FaultyProxy.open(server);
  const byProxy = altered(kubeconfig, { server: proxy.url, tlsServerName: 'kubernetes' });
  const options = { namespace: name, logger: silentLogger };
  cluster = await loadCluster({ ...options, kubeconfig: byProxy });
  straight = await loadCluster({ ...options, kubeconfig });
});
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await straight?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
});

async function seesNewJobs(): Promise<void> {
  const name = (await straight.createJob(echoJob())).metadata?.name ?? '';
  await until(
    () => cluster.jobs.get(name)?.metadata?.name,
    (seen) => seen === name,
  );
  await straight.deleteJob(name);
  await until(
    () => cluster.jobs.get(name),
    (seen) => seen === undefined,
  );
}

it('goes on after connections were cut; an attached stream ends', async () => {
  await using running = await startEcho(cluster);
  const stream = await cluster.attach(running.pod, { stdout() {} }, new AbortController().signal);
  proxy.cut();
  expect(await stream.closed).toEqual({ reason: 'cut' });
  await seesNewJobs();
  expect(cluster.problem).toBeNull();
});

it('says that the server is away, and sees afterwards what happened meanwhile', async () => {
  const before = (await straight.createJob(echoJob())).metadata?.name ?? '';
  await until(
    () => cluster.jobs.get(before)?.metadata?.name,
    (seen) => seen === before,
  );
  proxy.refuse();
  proxy.cut();
  await until(
    () => cluster.problem,
    (problem) => problem !== null,
  );
  await straight.deleteJob(before);
  const meanwhile = (await straight.createJob(echoJob())).metadata?.name ?? '';
  // What is known is not forgotten: that it cannot be read does not mean that it is gone.
  expect(cluster.jobs.get(before)).toBeDefined();
  await expect(cluster.getPod('any')).rejects.toMatchObject({ failure: 'unreachable' });
  proxy.heal();
  await until(
    () => cluster.jobs.list().map(({ metadata }) => metadata?.name),
    (names) => !names.includes(before) && names.includes(meanwhile),
  );
  await until(
    () => cluster.problem,
    (problem) => problem === null,
  );
  await straight.deleteJob(meanwhile);
});

it('notices a stream that is dead though nobody says so', async () => {
  await using running = await startEcho(cluster);
  const stream = await cluster.attach(running.pod, { stdout() {} }, new AbortController().signal);
  proxy.fallSilent();
  expect(await stream.closed).toEqual({ reason: 'silent' });
  proxy.heal();
  proxy.cut();
  await seesNewJobs();
});

it('releases everything when it is closed, also twice', async () => {
  await using running = await startEcho(straight);
  const { name, kubeconfig } = namespace;
  const server = serverOf(kubeconfig);
  await using own = await FaultyProxy.open(server);
  const byProxy = altered(kubeconfig, { server: own.url, tlsServerName: 'kubernetes' });
  const closing = await loadCluster({ namespace: name, kubeconfig: byProxy, logger: silentLogger });
  const { signal } = new AbortController();
  const stream = await closing.attach(running.pod, { stdout() {} }, signal);
  const log = Array.fromAsync(closing.readLog(running.pod, { signal, follow: true }));
  log.catch(() => {});
  await Promise.all([closing[Symbol.asyncDispose](), closing[Symbol.asyncDispose]()]);
  expect(await stream.closed).toEqual({ reason: 'aborted' });
  await expect(log).rejects.toMatchObject({ failure: 'closed' });
  await expect(closing.getPod('any')).rejects.toMatchObject({ failure: 'closed' });
  await until(
    () => own.connections,
    (open) => open === 0,
  );
});
