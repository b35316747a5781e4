import { afterAll, beforeAll, expect, test } from 'vitest';
import { get, submit } from '../../service/support/executions.ts';
import { TestNamespace } from '../support/namespace.ts';
import { SLEEPS, TAKES_MEMORY_AT_ONCE } from './support/programs.ts';
import { nothingLeftOf } from './support/remains.ts';
import { type ClusterServer, startClusterServer } from './support/server.ts';
import { type TemporaryFile, templateFile } from './support/temporary-file.ts';
import { Viewer } from './support/viewer.ts';

/** What an operator adds to every pod: here gVisor, and names of their own. */
const TEMPLATE = {
  metadata: { labels: { team: 'ours' }, annotations: { 'example.org/why': 'because "we" can' } },
  spec: {
    runtimeClassName: 'gvisor',
    tolerations: [{ key: 'sandboxes', operator: 'Exists', effect: 'NoSchedule' }],
  },
};

let template: TemporaryFile;
let namespace: TestNamespace;
let server: ClusterServer;
beforeAll(async () => {
  template = await templateFile(TEMPLATE);
  namespace = await TestNamespace.create('template');
  server = await startClusterServer(namespace, { POD_TEMPLATE_FILE: template.path });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
  await template?.[Symbol.asyncDispose]();
});

/** Tells which kernel it sees: gVisor shows one of its own, not the node's. */
const PROGRAMS = {
  python: 'print(open("/proc/version").read(), input())',
  javascript: `
    import { readFileSync } from 'node:fs';
    console.log(readFileSync('/proc/version', 'utf8'), readFileSync(0, 'utf8'));
  `,
  typescript: `
    import { readFileSync } from 'node:fs';
    enum Where { Version = '/proc/version' }
    const read = (file: string | number): string => readFileSync(file, 'utf8');
    console.log(read(Where.Version), read(0));
  `,
} as const;

test.concurrent.each(Object.entries(PROGRAMS))('a %s program runs in gVisor', async (language, code) => {
  const viewer = new Viewer(server.url, await submit(server.url, { code, language, stdin: 'and reads\n' }));
  const ended = await viewer.end();
  expect(ended).toMatchObject({ status: 'SUCCEEDED', endReason: 'EXITED', exitCode: 0 });
  const node = await namespace.core.readNode({ name: ended.runner?.node ?? '' });
  expect(ended.output).toMatch(/^Linux version /);
  expect(ended.output).not.toContain(node.status?.nodeInfo?.kernelVersion);
  expect(ended.output).toMatch(/and reads\n/);
  await nothingLeftOf(namespace, ended);
});

test.concurrent('labels, annotations and the rest arrive at the pod, and ours stay', async () => {
  const id = await submit(server.url, { code: SLEEPS });
  const viewer = new Viewer(server.url, id);
  await viewer.printed('first\n');
  const name = (await get(server.url, id)).runner?.pod ?? '';
  const pod = await namespace.core.readNamespacedPod({ name, namespace: namespace.name });
  expect(pod.metadata?.labels).toMatchObject({ team: 'ours', 'app.kubernetes.io/managed-by': 'podline' });
  expect(pod.metadata?.annotations).toMatchObject(TEMPLATE.metadata.annotations);
  expect(pod.spec).toMatchObject({ runtimeClassName: 'gvisor', automountServiceAccountToken: false });
  expect(pod.spec?.tolerations).toContainEqual(expect.objectContaining({ key: 'sandboxes' }));
});

/** In gVisor, as on every cluster with cgroup version 2, the whole container goes, and nobody is left to say why. */
test.concurrent('out of memory: the whole container dies', async () => {
  const id = await submit(server.url, { code: TAKES_MEMORY_AT_ONCE, limits: { memoryMb: 64 } });
  const ended = await new Viewer(server.url, id).end();
  expect(ended).toMatchObject({ status: 'FAILED', endReason: 'OUT_OF_MEMORY', output: 'first\n' });
  // Who sees it first says so: the launcher's own watch, or the cluster of the whole container.
  expect(ended.message).toMatch(/64 MiB|^Its container ran out of memory\.$/);
  await nothingLeftOf(namespace, ended);
});
