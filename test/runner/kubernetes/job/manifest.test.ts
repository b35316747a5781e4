import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { jobName, randomUser, USERS } from '../../../../src/runner/kubernetes/job/mandatory.ts';
import { type JobRequest, jobManifest } from '../../../../src/runner/kubernetes/job/manifest.ts';
import { cellsSource } from '../../../../src/runner/kubernetes/launchers/cells.ts';
import {
  IDLE_MS,
  LINGER_MS,
  launcherConfigMap,
} from '../../../../src/runner/kubernetes/launchers/launcher.ts';
import { launcherSource } from '../../../../src/runner/kubernetes/launchers/source.ts';

const REQUEST: JobRequest = {
  name: 'podline-python-0123456789abcdef',
  launcher: 'python',
  image: 'python:3.13-slim',
  limits: { memoryMb: 256, cpuMillis: 1000 },
  compileMb: 0,
  deadlineSeconds: 120,
  owner: 'process-1',
  user: 1_900_000_007,
  template: null,
};

const spec = (request: Partial<JobRequest> = {}) => jobManifest({ ...REQUEST, ...request }).spec;
const pod = (request: Partial<JobRequest> = {}) => spec(request)?.template.spec;
const container = (request: Partial<JobRequest> = {}) => pod(request)?.containers[0];

test('one pod, never made anew, gone in the end', () => {
  expect(spec()).toMatchObject({
    completions: 1,
    parallelism: 1,
    backoffLimit: 0,
    podReplacementPolicy: 'Failed',
    activeDeadlineSeconds: 120 + 86_400,
    ttlSecondsAfterFinished: 21_600,
  });
  expect(pod()).toMatchObject({
    restartPolicy: 'Never',
    activeDeadlineSeconds: 120,
    terminationGracePeriodSeconds: 5,
  });
});

test('the restricted Pod Security level in full, for the pod and its container', () => {
  expect(pod()?.securityContext).toEqual({
    runAsNonRoot: true,
    runAsUser: 1_900_000_007,
    runAsGroup: 1_900_000_007,
    fsGroup: 1_900_000_007,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(container()?.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: 1_900_000_007,
    runAsGroup: 1_900_000_007,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(pod()).toMatchObject({
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    hostNetwork: false,
    hostPID: false,
    hostIPC: false,
    shareProcessNamespace: false,
  });
});

test('memory is requested whole with what the launcher needs, a twentieth of the processor', () => {
  expect(container()?.resources).toEqual({
    limits: { memory: '384Mi', cpu: '1000m', 'ephemeral-storage': '576Mi' },
    requests: { memory: '384Mi', cpu: '50m', 'ephemeral-storage': '64Mi' },
  });
  expect(container({ limits: { memoryMb: 16, cpuMillis: 101 } })?.resources?.requests).toMatchObject({
    memory: '144Mi',
    cpu: '6m',
  });
});

test('stdin stays open between streams, and nothing of the cluster is in the environment', () => {
  expect(container()).toMatchObject({
    name: 'program',
    imagePullPolicy: 'IfNotPresent',
    stdin: true,
    stdinOnce: false,
    tty: false,
  });
  const env = container()?.env ?? [];
  expect(env.length).toBeGreaterThan(0);
  for (const { name, value } of env) expect([name.startsWith('KUBERNETES_'), value]).toEqual([true, '']);
});

test('a program writes to two directories, both bounded', () => {
  const written = container()?.volumeMounts?.filter(({ readOnly }) => readOnly !== true);
  expect(written).toEqual([
    { name: 'program', mountPath: '/program' },
    { name: 'tmp', mountPath: '/tmp' },
  ]);
  expect(pod()?.volumes?.filter(({ emptyDir }) => emptyDir !== undefined)).toEqual([
    { name: 'program', emptyDir: { sizeLimit: '256Mi' } },
    { name: 'tmp', emptyDir: { sizeLimit: '256Mi' } },
  ]);
});

test('Job and pod carry the same labels and annotations', () => {
  const job = jobManifest(REQUEST);
  expect(job.metadata?.labels).toEqual({
    'app.kubernetes.io/managed-by': 'podline',
    'app.kubernetes.io/name': 'podline-program',
    'podline.dev/launcher': 'python',
    'podline.dev/owner': 'process-1',
  });
  expect(job.metadata?.annotations).toEqual({
    'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
    'karpenter.sh/do-not-disrupt': 'true',
  });
  expect(job.spec?.template.metadata).toEqual({
    labels: job.metadata?.labels,
    annotations: job.metadata?.annotations,
  });
  expect(jobManifest(REQUEST).metadata?.labels).not.toHaveProperty('podline.dev/execution');
});

describe.each(['python', 'javascript'] as const)('the %s launcher', (launcher) => {
  test('comes from a ConfigMap, read-only, and its command is short', () => {
    const { name, manifest } = launcherConfigMap(launcher);
    expect(pod({ launcher })?.volumes).toContainEqual({ name: 'podline-launcher', configMap: { name } });
    expect(container({ launcher })?.volumeMounts).toContainEqual({
      name: 'podline-launcher',
      mountPath: '/podline',
      readOnly: true,
    });
    const command = container({ launcher })?.command ?? [];
    expect(command.slice(-2)).toEqual([String(IDLE_MS), String(LINGER_MS)]);
    expect(Object.keys(manifest.data ?? {}).map((file) => `/podline/${file}`)).toContain(command.at(-3));
    expect(JSON.stringify(command).length).toBeLessThan(200);
  });

  test('has a ConfigMap that nobody changes, named by what it holds', () => {
    const { name, manifest } = launcherConfigMap(launcher);
    const data =
      launcher === 'python'
        ? { 'launcher.py': launcherSource(launcher), 'cells.py': cellsSource(launcher) }
        : { 'launcher.mjs': launcherSource(launcher), 'cells.mjs': cellsSource(launcher) };
    expect(manifest).toEqual({
      metadata: {
        name,
        labels: {
          'app.kubernetes.io/managed-by': 'podline',
          'app.kubernetes.io/name': 'podline-launcher',
          'podline.dev/launcher': launcher,
        },
      },
      immutable: true,
      data,
    });
    const hash = createHash('sha256').update(Object.values(data).join('')).digest('hex').slice(0, 16);
    expect(name).toBe(`podline-launcher-${launcher}-${hash}`);
  });
});

test('names fit a pod and its host name, uids their range', () => {
  for (const launcher of ['python', 'javascript'] as const) {
    expect(jobName(launcher)).toMatch(new RegExp(`^podline-${launcher}-[0-9a-f]{16}$`));
    // The Job controller adds a dash and five characters.
    expect(jobName(launcher).length + 6).toBeLessThanOrEqual(63);
  }
  const users = Array.from({ length: 1000 }, randomUser);
  expect(Math.min(...users)).toBeGreaterThanOrEqual(USERS.min);
  expect(Math.max(...users)).toBeLessThanOrEqual(USERS.max);
  expect(new Set(users).size).toBeGreaterThan(990);
});
