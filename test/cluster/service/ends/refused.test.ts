import { afterAll, beforeAll, expect, test } from 'vitest';
import { cancel, submit } from '../../../service/support/executions.ts';
import { TestNamespace } from '../../support/namespace.ts';
import { created } from '../support/administrator.ts';
import { givenUp, healed, IMPATIENT, PATIENT, waits, withServer } from '../support/refusals.ts';
import { nothingLeftOf } from '../support/remains.ts';
import { health, runnerProblem } from '../support/server.ts';
import { templateFile } from '../support/temporary-file.ts';
import { Viewer } from '../support/viewer.ts';

let namespace: TestNamespace;
beforeAll(async () => {
  namespace = await TestNamespace.create('ends');
});
afterAll(() => namespace?.[Symbol.asyncDispose]());

test.concurrent('an image that cannot be pulled: health says so, the execution ends, other languages run', async () => {
  const settings = {
    PULL_LIMIT_MS: IMPATIENT.PULL_LIMIT_MS,
    RUNTIME_IMAGES: 'python=podline.test/absent:1,javascript=podline.test/node:24',
    WARM: 'python=1,javascript=0',
  };
  await withServer(namespace, settings, async ({ url }) => {
    const ended = await givenUp(namespace, url);
    expect(ended.endReason).toBe('IMAGE_UNAVAILABLE');
    expect(ended.message).toMatch(/podline\.test\/absent:1/);
    const report = await health(url, 'the image', (one) => /absent/.test(runnerProblem(one) ?? ''));
    expect(report.status).toBe('DEGRADED');
    const other = await submit(url, { code: 'console.log("hello")', language: 'javascript' });
    expect(await new Viewer(url, other).end()).toMatchObject({ status: 'SUCCEEDED', output: 'hello\n' });
  });
});

test.concurrent('a node selector that no node has: it waits with the reason, then ends', async () => {
  await using template = await templateFile({ spec: { nodeSelector: { nobody: 'has-it' } } });
  await withServer(namespace, { POD_TEMPLATE_FILE: template.path, ...IMPATIENT }, async ({ url }) => {
    const ended = await givenUp(namespace, url);
    expect(ended.endReason).toBe('UNSCHEDULABLE');
    expect(ended.message).toMatch(/node/);
  });
  await withServer(namespace, { POD_TEMPLATE_FILE: template.path, ...PATIENT }, async ({ url }) => {
    const id = await waits(url, /node/);
    const viewer = new Viewer(url, id);
    await cancel(url, id);
    const cancelled = await viewer.end();
    expect(cancelled).toMatchObject({ status: 'CANCELLED', output: '' });
    await nothingLeftOf(namespace, cancelled);
  });
});

test.concurrent('a RuntimeClass that does not exist; once it does, what waits runs', async () => {
  const { name } = namespace;
  await using template = await templateFile({ spec: { runtimeClassName: name } });
  await withServer(namespace, { POD_TEMPLATE_FILE: template.path, ...IMPATIENT }, async ({ url }) => {
    const ended = await givenUp(namespace, url);
    expect(ended.endReason).toBe('UNSCHEDULABLE');
    expect(ended.message).toContain(name);
  });
  await withServer(namespace, { POD_TEMPLATE_FILE: template.path, ...PATIENT }, async ({ url }) => {
    const id = await waits(url, new RegExp(name));
    const report = await health(url, 'the class', (one) => runnerProblem(one)?.includes(name) ?? false);
    expect(report.status).toBe('DEGRADED');
    const like = { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name }, handler: 'runc' };
    await using _ = await created(like);
    await healed(url, id);
    await health(url, 'all is well', ({ status }) => status === 'HEALTHY');
  });
});
