import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Execution, get, submit } from '../../../service/support/executions.ts';
import { TestNamespace } from '../../support/namespace.ts';
import { patchSpec } from '../support/administrator.ts';
import { launcherProcess } from '../support/node.ts';
import { FILLS_ITS_DISK, SLEEPS } from '../support/programs.ts';
import { nothingLeftOf } from '../support/remains.ts';
import { type ClusterServer, startClusterServer } from '../support/server.ts';
import { Viewer } from '../support/viewer.ts';

const DEADLINE = { activeDeadlineSeconds: 1 };

let namespace: TestNamespace;
let server: ClusterServer;
beforeAll(async () => {
  namespace = await TestNamespace.create('ends');
  server = await startClusterServer(namespace);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
});

/** A run that has printed `first` and goes on. */
async function running(
  code = SLEEPS,
  language = 'python',
): Promise<{ viewer: Viewer; job: string; pod: string }> {
  const id = await submit(server.url, { code, language, limits: { timeoutMs: 600_000 } });
  const viewer = new Viewer(server.url, id);
  await viewer.printed('first\n');
  const execution = await get(server.url, id);
  const { job, pod } = execution.runner ?? {};
  if (!job || !pod)
    throw new Error(`Expected to hear where it runs, got ${JSON.stringify(execution.runner)}.`);
  return { viewer, job, pod };
}

async function uidOf(pod: string): Promise<string> {
  const { metadata } = await namespace.core.readNamespacedPod({ name: pod, namespace: namespace.name });
  return metadata?.uid ?? '';
}

/** Brings something about while a program runs, and expects its output to be kept whatever the end. */
async function endsBy(cause: (place: { job: string; pod: string }) => Promise<unknown>): Promise<Execution> {
  const { viewer, job, pod } = await running();
  await cause({ job, pod });
  const ended = await viewer.end();
  expect(ended).toMatchObject({ status: 'FAILED', exitCode: null, signal: null, output: 'first\n' });
  expect(ended.message).toMatch(/^[A-Z].+\.$/);
  await nothingLeftOf(namespace, ended);
  return ended;
}

test.concurrent("the pod's deadline", async () => {
  const ended = await endsBy(({ pod }) =>
    patchSpec(
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod, namespace: namespace.name } },
      DEADLINE,
    ),
  );
  expect(ended.endReason).toBe('TIMED_OUT');
});

test.concurrent("the Job's deadline", async () => {
  const ended = await endsBy(({ job }) =>
    patchSpec(
      { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: job, namespace: namespace.name } },
      DEADLINE,
    ),
  );
  expect(ended.endReason).toBe('TIMED_OUT');
});

test.concurrent('eviction through the API, as by a drain', async () => {
  const ended = await endsBy(({ pod }) => {
    const metadata = { name: pod, namespace: namespace.name };
    return namespace.core.createNamespacedPodEviction({ ...metadata, body: { metadata } });
  });
  expect(ended.endReason).toBe('EVICTED');
});

// Of a pod that ends with 0 a node does not tell that it was evicted, so it matters how the launcher goes.
test.concurrent.each(['python', 'javascript'] as const)(
  'eviction by the node, for more disk than allowed: %s',
  async (language) => {
    const { viewer } = await running(FILLS_ITS_DISK[language], language);
    const ended = await viewer.end();
    expect(ended.message).toMatch(/^It wrote more/);
    expect(ended).toMatchObject({ status: 'FAILED', endReason: 'EVICTED', output: 'first\n' });
    await nothingLeftOf(namespace, ended);
  },
);

test.concurrent('the Job deleted by someone', async () => {
  const ended = await endsBy(({ job }) => {
    const body = { propagationPolicy: 'Background' };
    return namespace.batch.deleteNamespacedJob({ name: job, namespace: namespace.name, body });
  });
  expect(ended.endReason).toBe('INTERRUPTED');
});

test.concurrent('the pod deleted by someone', async () => {
  const ended = await endsBy(({ pod }) =>
    namespace.core.deleteNamespacedPod({ name: pod, namespace: namespace.name }),
  );
  expect(ended.endReason).toBe('INTERRUPTED');
});

test.concurrent('the pod deleted by someone who does not wait', async () => {
  const ended = await endsBy(({ pod }) =>
    namespace.core.deleteNamespacedPod({ name: pod, namespace: namespace.name, gracePeriodSeconds: 0 }),
  );
  expect(ended.endReason).toBe('INTERRUPTED');
});

test.concurrent('the launcher killed', async ({ skip }) => {
  const { viewer, pod } = await running();
  const launcher = launcherProcess(await uidOf(pod));
  if (launcher === null) return skip('needs a node on this machine, whose processes can be killed from here');
  process.kill(launcher, 'SIGKILL');
  const ended = await viewer.end();
  expect(ended).toMatchObject({ status: 'FAILED', endReason: 'INTERRUPTED', output: 'first\n' });
  await nothingLeftOf(namespace, ended);
});
