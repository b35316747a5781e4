import { randomUUID } from 'node:crypto';
import type { V1Job } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkTemplate } from '../../../src/runner/kubernetes/job/check-template.ts';
import { jobName, randomUser } from '../../../src/runner/kubernetes/job/mandatory.ts';
import { jobManifest } from '../../../src/runner/kubernetes/job/manifest.ts';
import { launcherConfigMap } from '../../../src/runner/kubernetes/launchers/launcher.ts';
import type { LauncherName } from '../../../src/runner/languages/language.ts';
import { TestNamespace } from '../support/namespace.ts';
import { IMAGES } from '../support/runner.ts';
import { until } from '../support/until.ts';
import { type Facts, TELLS_FACTS } from './support/facts.ts';

const LAUNCHERS = ['python', 'javascript'] as const;

let namespace: TestNamespace;
beforeAll(async () => {
  // Enforces the `restricted` Pod Security level: a pod that lacks any of it would not be made.
  namespace = await TestNamespace.create('job');
  for (const launcher of LAUNCHERS) {
    const body = launcherConfigMap(launcher).manifest;
    await namespace.core.createNamespacedConfigMap({ namespace: namespace.name, body });
  }
});
afterAll(() => namespace?.[Symbol.asyncDispose]());

const WALLS = {
  runc: null,
  gvisor: checkTemplate({ spec: { runtimeClassName: 'gvisor' } }),
} as const;

function manifest(launcher: LauncherName, wall: keyof typeof WALLS): V1Job {
  return jobManifest({
    name: jobName(launcher),
    launcher,
    image: IMAGES[launcher],
    limits: { memoryMb: 64, cpuMillis: 500 },
    compileMb: 0,
    deadlineSeconds: 120,
    owner: randomUUID(),
    user: randomUser(),
    template: WALLS[wall],
  });
}

/** Creates it as it stands, and gives the first line that its pod prints. Gone afterwards. */
async function firstLine(body: V1Job): Promise<string> {
  const name = body.metadata?.name ?? '';
  // A field that the API server does not know is a mistake, not a hint.
  const { core, batch, name: space } = namespace;
  await batch.createNamespacedJob({ namespace: space, body, fieldValidation: 'Strict' });
  const read = async () => {
    const [pod] = (await namespace.pods()).filter(({ metadata }) => metadata?.labels?.['job-name'] === name);
    const { status } = pod ?? {};
    const state = status?.containerStatuses?.[0]?.state;
    const log =
      pod && (state?.running || state?.terminated)
        ? await core.readNamespacedPodLog({ namespace: space, name: pod.metadata?.name ?? '' })
        : '';
    return { log, status };
  };
  try {
    const { log } = await until(read, (seen) => seen.log.includes('\n'));
    return log.slice(0, log.indexOf('\n'));
  } finally {
    await batch.deleteNamespacedJob({ namespace: space, name, propagationPolicy: 'Background' });
  }
}

const PLACES = Object.keys(WALLS).flatMap((wall) =>
  LAUNCHERS.map((launcher) => ({
    wall: wall as keyof typeof WALLS,
    launcher,
  })),
);

describe.each(PLACES)('$launcher under $wall', ({ wall, launcher }) => {
  test('the launcher gets ready', async () => {
    const ready: unknown = JSON.parse(await firstLine(manifest(launcher, wall)));
    expect(ready).toMatchObject({ type: 'ready', nonce: '-', protocol: 1, state: 'waiting', id: null });
  });

  test('process 1 has a uid of its own, two directories, and nothing of the cluster', async () => {
    const job = manifest(launcher, wall);
    const spec = job.spec?.template.spec;
    const user = spec?.securityContext?.runAsUser;
    for (const container of spec?.containers ?? []) container.command = [...TELLS_FACTS[launcher]];
    const facts: Facts = JSON.parse(await firstLine(job));
    expect([facts.uid, facts.gid]).toEqual([user, user]);
    expect(facts.groups.filter((group) => group !== user)).toEqual([]);
    expect(facts.written).toEqual(['/program', '/tmp']);
    expect(facts.token).toBe(false);
    expect(facts.variables.filter(([, value]) => value !== '')).toEqual([]);
    expect(facts.status).toMatchObject({ CapEff: '0000000000000000', ...CONFINED[wall] });
    const kernels = (await namespace.core.listNode()).items.map(
      ({ status }) => status?.nodeInfo?.kernelVersion ?? '?',
    );
    expect(kernels.some((kernel) => facts.kernel.includes(kernel))).toBe(wall === 'runc');
  });
});

/** gVisor is a kernel of its own: it shows no filter, which its own process on the host has, and knows no set-uid files. */
const CONFINED = { runc: { NoNewPrivs: '1', Seccomp: '2' }, gvisor: { Seccomp: '0' } } as const;

test('what is left out of the manifest is refused, so this namespace does enforce', async () => {
  const job = manifest('python', 'runc');
  delete job.spec?.template.spec?.securityContext?.seccompProfile;
  for (const container of job.spec?.template.spec?.containers ?? []) delete container.securityContext;
  const name = job.metadata?.name ?? '';
  const { core, batch, name: space } = namespace;
  await batch.createNamespacedJob({ namespace: space, body: job });
  const events = await until(
    async () => (await core.listNamespacedEvent({ namespace: space })).items,
    (seen) => seen.some(({ reason }) => reason === 'FailedCreate'),
  );
  expect(events.find(({ involvedObject }) => involvedObject.name === name)?.message).toContain(
    'violates PodSecurity "restricted:latest"',
  );
  await batch.deleteNamespacedJob({ namespace: space, name, propagationPolicy: 'Background' });
});
