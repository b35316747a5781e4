import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadCluster } from '../../../src/runner/kubernetes/api/cluster.ts';
import type { Cluster } from '../../../src/runner/kubernetes/cluster.ts';
import { TestNamespace } from '../support/namespace.ts';
import { until } from '../support/until.ts';
import { echoJob, startEcho } from './support/echo.ts';
import { silentLogger } from './support/silent-logger.ts';

let namespace: TestNamespace;
let cluster: Cluster;
const codes: string[] = [];
beforeAll(async () => {
  namespace = await TestNamespace.create('objects');
  const { name, kubeconfig } = namespace;
  const telemetry = {
    request: (operation: { verb: string; resource: string }, code: number) => {
      codes.push(`${operation.verb} ${operation.resource} ${code}`);
    },
    bytes() {},
  };
  cluster = await loadCluster({ namespace: name, kubeconfig, logger: silentLogger, telemetry });
});
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
});

it('opens without a problem, with no other rights than the Role gives', async () => {
  expect(cluster).toMatchObject({ problem: null, jobs: { synced: true }, pods: { synced: true } });
  // What the answers to the questions for rights would change.
  await until(
    () => codes.filter((code) => code.includes('selfsubjectaccessreviews')).length,
    (reviews) => reviews >= 13,
  );
  expect(cluster.problem).toBeNull();
});

it('follows a Job and its pod from their making to their end', async () => {
  const seen: string[] = [];
  using _jobs = cluster.jobs.onChange((name, object, last) => {
    if (!last) seen.push(`job ${name} made`);
    if (!object) seen.push(`job ${name} gone`);
  });
  using _pods = cluster.pods.onChange((_name, object, last) => {
    const phase = object ? object.status?.phase : 'gone';
    if (phase !== last?.status?.phase) seen.push(`pod ${phase}`);
  });
  const { job, pod } = await startEcho(cluster);
  expect(cluster.jobs.get(job)?.metadata?.creationTimestamp).toBeInstanceOf(Date);
  expect(cluster.pods.get(pod)?.spec?.containers[0]).toMatchObject({ name: 'program', stdin: true });
  expect(cluster.pods.get(pod)?.spec?.containers[0]?.command).toBeUndefined();
  await cluster.deleteJob(job);
  await until(
    () => seen,
    (all) => all.includes('pod gone'),
  );
  expect(seen.filter((one) => one.startsWith('job'))).toEqual([`job ${job} made`, `job ${job} gone`]);
  expect(seen.filter((one) => one.startsWith('pod')).slice(0, 2)).toEqual(['pod Pending', 'pod Running']);
  expect(cluster.jobs.get(job)).toBeUndefined();
  expect(await cluster.getPod(pod)).toBeNull();
  await cluster.deleteJob(job);
  await cluster.labelJob(job, { execution: 'x' });
});

it('finds a Job that it made before, when the response was lost', async () => {
  const wanted = echoJob();
  const [first, second] = [await cluster.createJob(wanted), await cluster.createJob(wanted)];
  expect(second.metadata?.uid).toBe(first.metadata?.uid);
  await cluster.deleteJob(first.metadata?.name ?? '');
});

it('labels a Job', async () => {
  const { metadata } = await cluster.createJob(echoJob());
  const name = metadata?.name ?? '';
  await cluster.labelJob(name, { 'podline.dev/execution': 'abc', 'podline.dev/warm': 'yes' });
  await cluster.labelJob(name, { 'podline.dev/warm': null });
  const labelled = await until(
    () => cluster.jobs.get(name)?.metadata?.labels,
    (labels) => labels?.['podline.dev/execution'] === 'abc' && !('podline.dev/warm' in labels),
  );
  expect(labelled).toEqual({
    'app.kubernetes.io/managed-by': 'podline',
    'podline.dev/execution': 'abc',
  });
  await cluster.deleteJob(name);
});

it('reads warnings about a Job whose pods are refused', async () => {
  const job = echoJob();
  const container = job.spec?.template.spec?.containers[0];
  if (container) delete container.securityContext;
  const name = (await cluster.createJob(job)).metadata?.name ?? '';
  const events = await until(
    () => cluster.listEvents('Job', name),
    (all) => all.length > 0,
  );
  expect(events[0]).toMatchObject({ reason: 'FailedCreate', type: 'Warning' });
  expect(events[0]?.message).toContain('violates PodSecurity');
  await cluster.deleteJob(name);
});

it('says what is wrong with a Job, without repeating it', async () => {
  const job = echoJob();
  if (job.spec?.template.spec) job.spec.template.spec.restartPolicy = 'Always';
  const error = await cluster.createJob(job).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ failure: 'invalid', code: 422 });
  expect(String(error)).toMatch(/create jobs in namespace \S+: spec\.template\.spec\.restartPolicy: /);
  expect(String(error)).not.toContain('sys.stdin');
});

it('reads the log', async () => {
  await using running = await startEcho(cluster, 'for i in range(50000): print("line", i, "é")');
  const { signal } = new AbortController();
  await until(
    () => cluster.pods.get(running.pod)?.status?.phase,
    (phase) => phase === 'Succeeded',
  );
  // The kubelet may say that a container has ended before its log is written whole.
  const lines = await until(
    () => Array.fromAsync(cluster.readLog(running.pod, { signal })),
    (read) => read.length === 50_000,
  );
  expect(lines).toEqual(Array.from({ length: 50_000 }, (_, index) => `line ${index} é`));
  await expect(Array.fromAsync(cluster.readLog('nobody', { signal }))).rejects.toMatchObject({
    failure: 'missing',
  });
});
