import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ClusterOptions, loadCluster } from '../../../src/runner/kubernetes/api/cluster.ts';
import { TestNamespace } from '../support/namespace.ts';
import { until } from '../support/until.ts';
import { echoJob } from './support/echo.ts';
import { altered, serverOf } from './support/kubeconfig.ts';
import { silentLogger } from './support/silent-logger.ts';

let namespace: TestNamespace;
beforeAll(async () => {
  namespace = await TestNamespace.create('problems');
});
afterAll(() => namespace?.[Symbol.asyncDispose]());

function load(options: Partial<ClusterOptions> = {}) {
  const { name, kubeconfig } = namespace;
  return loadCluster({ namespace: name, kubeconfig, logger: silentLogger, ...options });
}

it('names each permission that is missing, and heals when they are given', async () => {
  const { name } = namespace;
  const rights = await namespace.rights();
  await namespace.grant([{ apiGroups: ['batch'], resources: ['jobs'], verbs: ['list', 'watch'] }]);
  await using cluster = await load();
  const problem = await until(
    () => cluster.problem,
    (now) => now?.includes('create jobs') === true,
  );
  expect(problem).toBe(
    `Podline lacks permissions in namespace ${name}: create jobs, get jobs, patch jobs, delete jobs, get pods, list pods, ` +
      'watch pods, get pods/log, get pods/attach, create pods/attach, list events, create configmaps, get configmaps; ' +
      'the Role in k8s/base/runner-role.yaml gives them (docs/kubernetes.md).',
  );
  await expect(cluster.createJob(echoJob())).rejects.toMatchObject({
    failure: 'forbidden',
    code: 403,
    operation: { verb: 'create', resource: 'jobs', namespace: name },
  });
  await expect(cluster.attach('any', { stdout() {} }, new AbortController().signal)).rejects.toMatchObject({
    failure: 'forbidden',
    message: expect.stringContaining('pods/attach'),
  });
  await namespace.grant(rights);
  await until(
    () => cluster.problem,
    (now) => now === null,
  );
  expect(cluster.pods.synced).toBe(true);
});

it('says that the namespace does not exist, and heals when it does', async () => {
  const name = `${namespace.name}-not-yet`;
  // Only an administrator sees that: without a namespace nobody has a Role in it.
  await using cluster = await load({ namespace: name, kubeconfig: process.env['KUBECONFIG'] });
  const problem = await until(
    () => cluster.problem,
    (now) => now !== null,
  );
  expect(problem).toBe(`The namespace ${name} does not exist: kubectl create namespace ${name} makes it.`);
  await expect(cluster.createJob(echoJob())).rejects.toMatchObject({
    failure: 'namespace',
    message: problem,
  });
  const labels = { 'podline.dev/test': 'true' };
  await namespace.core.createNamespace({ body: { metadata: { name, labels } } });
  try {
    await until(
      () => cluster.problem,
      (now) => now === null,
    );
  } finally {
    await namespace.core.deleteNamespace({ name });
  }
});

it('distinguishes a quota that is used up from a missing permission', async () => {
  const quota = { metadata: { name: 'none' }, spec: { hard: { 'count/jobs.batch': '0' } } };
  await namespace.core.createNamespacedResourceQuota({ namespace: namespace.name, body: quota });
  await until(
    async () =>
      (await namespace.core.readNamespacedResourceQuota({ namespace: namespace.name, name: 'none' })).status
        ?.hard,
    (hard) => hard !== undefined,
  );
  await using cluster = await load();
  const error = await until(
    () => cluster.createJob(echoJob()).catch((reason: unknown) => reason),
    (outcome) => outcome instanceof Error,
  );
  expect(error).toMatchObject({ failure: 'refused', code: 403 });
  expect(String(error)).toContain('exceeded quota: none');
  expect(cluster.problem).toBeNull();
});

it('does not trust a server that its certificate authority does not know', async () => {
  const caData = Buffer.from(rootCertificates[0] ?? '').toString('base64');
  const kubeconfig = altered(namespace.kubeconfig, { caData, caFile: '' });
  await using cluster = await load({ kubeconfig });
  expect(cluster.problem).toMatch(/^The Kubernetes API at \S+:\d+ cannot be trusted \([A-Z_]+\): check /);
  const attempt = cluster.attach('any', { stdout() {} }, new AbortController().signal);
  await expect(attempt).rejects.toMatchObject({ failure: 'unreachable', message: cluster.problem });
});

it('says that credentials are refused, without showing them', async () => {
  const kubeconfig = altered(namespace.kubeconfig, {}, { token: 'no-such-token' });
  await using cluster = await load({ kubeconfig });
  expect(cluster.problem).toBe(
    `The Kubernetes API at ${serverOf(kubeconfig).host} refuses the credentials, also after they were read again: ` +
      'check the user of the kubeconfig, or the service account.',
  );
});

it('comes up while nothing responds', async () => {
  const kubeconfig = altered(namespace.kubeconfig, { server: 'https://127.0.0.1:1' });
  await using cluster = await load({ kubeconfig });
  expect(cluster.problem).toBe(
    'The Kubernetes API at 127.0.0.1:1 cannot be reached: the connection is refused.',
  );
  expect(cluster.pods.synced).toBe(false);
});
