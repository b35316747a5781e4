import { randomBytes } from 'node:crypto';
import type { V1PolicyRule } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { get } from '../../../service/support/executions.ts';
import { TestNamespace } from '../../support/namespace.ts';
import { created } from '../support/administrator.ts';
import { healed, PATIENT, waits, withServer } from '../support/refusals.ts';
import { health, runnerProblem } from '../support/server.ts';

/** Missing rights and namespaces are no end: executions wait `QUEUED` until somebody puts that right. */

function mayCreateJobs({ resources }: V1PolicyRule, verb: string): boolean {
  return verb === 'create' && (resources?.includes('jobs') ?? false);
}

test.concurrent('the namespace is missing; once it is there, what waits runs', async () => {
  const name = `podline-late-${randomBytes(3).toString('hex')}`;
  // With a Role's rights alone nobody can tell a namespace that is missing from one that is another's.
  const place = { name, kubeconfig: process.env['KUBECONFIG'] ?? '' };
  await withServer(place, PATIENT, async ({ url }) => {
    const wrong = await health(url, 'the namespace', (one) => runnerProblem(one)?.includes(name) ?? false);
    expect(wrong.status).toBe('DEGRADED');
    const id = await waits(url, new RegExp(`namespace ${name}`));
    expect(await get(url, id)).toMatchObject({ status: 'QUEUED', queuePosition: 1, runner: null });
    await using _ = await created({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await healed(url, id);
    await health(url, 'all is well', ({ status }) => status === 'HEALTHY');
  });
});

test.concurrent('a permission is missing; once it is granted, what waits runs', async () => {
  await using namespace = await TestNamespace.create('rights');
  const rules = await namespace.rights();
  await namespace.grant(
    rules.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => !mayCreateJobs(rule, verb)) })),
  );
  await withServer(namespace, PATIENT, async ({ url }) => {
    const id = await waits(url, /create jobs/);
    const queued = await get(url, id);
    expect(queued).toMatchObject({ status: 'QUEUED', runner: null });
    expect(queued.message).toMatch(/runner-role\.yaml/);
    const wrong = await health(url, 'the right', (one) => /create jobs/.test(runnerProblem(one) ?? ''));
    expect(wrong.status).toBe('DEGRADED');
    await namespace.grant(rules);
    await healed(url, id);
    await health(url, 'all is well', ({ status }) => status === 'HEALTHY');
  });
});

test.concurrent('no right at all from the start', async () => {
  await using namespace = await TestNamespace.create('rights');
  const rules = await namespace.rights();
  await namespace.grant([]);
  await withServer(namespace, { ...PATIENT, WARM: '1' }, async ({ url }) => {
    const id = await waits(url, /pods|jobs/);
    expect((await get(url, id)).status).toBe('QUEUED');
    await namespace.grant(rules);
    await healed(url, id);
  });
});
