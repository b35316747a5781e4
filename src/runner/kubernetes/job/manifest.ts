import type {
  V1Container,
  V1Job,
  V1ObjectMeta,
  V1PodSpec,
  V1ResourceRequirements,
  V1Volume,
} from '@kubernetes/client-node';
import type { PodLauncher } from '../environments.ts';
import { LAUNCHER_MEMORY_MB, launcherCommand, launcherConfigMaps } from '../launchers/launcher.ts';
import {
  ANNOTATIONS,
  CONTAINER,
  EMPTIED_VARIABLES,
  LAUNCHER,
  LAUNCHER_DIRECTORY,
  MANAGED_BY,
  MANDATORY_CONTAINER,
  MANDATORY_CONTAINER_SECURITY,
  MANDATORY_POD,
  MANDATORY_POD_SECURITY,
  NAME,
  OWNER,
  VOLUMES,
} from './mandatory.ts';
import type { PodTemplate } from './template.ts';

export interface JobRequest {
  /** Of `jobName`. */
  readonly name: string;
  readonly launcher: PodLauncher;
  readonly image: string;
  /** The program's own: what its launcher needs comes on top. */
  readonly limits: { readonly memoryMb: number; readonly cpuMillis: number };
  /** MiB that its compile step may take; 0 without one. */
  readonly compileMb: number;
  /** From the pod's arrival on a node: the maximum idle time, the maximum run and the grace. */
  readonly deadlineSeconds: number;
  /** Id of the process that makes it. */
  readonly owner: string;
  /** Of `randomUser`. */
  readonly user: number;
  readonly template: PodTemplate | null;
}

/** We delete a Job once its end is stored; when nobody does for so long, seconds, Kubernetes does. */
const KEPT_SECONDS = 6 * 60 * 60;
/** How long a Job may wait for a node on top of its deadline, seconds: the maximum of SCHEDULE_LIMIT_MS. */
const WAIT_SECONDS = 24 * 60 * 60;
/**
 * A program that waits takes no processor, and most wait: with its whole limit requested a node of four cores would hold
 * four. With a twentieth a node of 4 GiB a core is full of memory first. Under contention processors are shared in this proportion, so nobody is starved.
 */
const CPU_REQUESTED = 0.05;
/**
 * Size of the working directory and of /tmp each, MiB: what one file may have. The kubelet evicts a pod that has more. It
 * looks so rarely, 30 to 60 s, that by then a program could have filled the node: the launcher ends it when both together
 * have more than twice this, within 0.1 s. The kubelet's limits are for what a launcher cannot see.
 */
const DIRECTORY_MB = 256;
/** Log files count as the pod's storage, and the kubelet keeps five of 10 MiB. MiB. */
const LOG_MB = 64;
/** Most programs write little; a node need not have room for all the others. MiB. */
const STORAGE_REQUESTED_MB = 64;

/** The Job for one execution: one pod, never made anew, that passes the `restricted` Pod Security level. */
export function jobManifest(request: JobRequest): V1Job {
  const labels = {
    [MANAGED_BY]: 'podline',
    [NAME]: 'podline-program',
    [LAUNCHER]: request.launcher,
    [OWNER]: request.owner,
  };
  const job: V1Job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: request.name, labels, annotations: { ...ANNOTATIONS } },
    spec: {
      completions: 1,
      parallelism: 1,
      backoffLimit: 0,
      // While the first pod terminates there is no second one.
      podReplacementPolicy: 'Failed',
      // Pods are ended by their own deadline below, which keeps the pod and its log; the Job's deletes the pod.
      activeDeadlineSeconds: request.deadlineSeconds + WAIT_SECONDS,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: { metadata: { labels, annotations: { ...ANNOTATIONS } }, spec: podSpec(request) },
    },
  };
  return request.template ? mergeTemplate(request.template, job) : job;
}

function podSpec(request: JobRequest): V1PodSpec {
  return {
    ...MANDATORY_POD,
    activeDeadlineSeconds: request.deadlineSeconds,
    securityContext: {
      ...MANDATORY_POD_SECURITY,
      runAsUser: request.user,
      runAsGroup: request.user,
      fsGroup: request.user,
    },
    containers: [container(request)],
    volumes: [
      { name: VOLUMES.program, emptyDir: { sizeLimit: `${DIRECTORY_MB}Mi` } },
      { name: VOLUMES.temporary, emptyDir: { sizeLimit: `${DIRECTORY_MB}Mi` } },
      { name: VOLUMES.launcher, ...launcherVolume(request.launcher) },
    ],
  };
}

/** Either launcher's ConfigMap, or both as one directory. */
function launcherVolume(launcher: PodLauncher): Omit<V1Volume, 'name'> {
  const [map, ...others] = launcherConfigMaps(launcher).map(({ name }) => ({ configMap: { name } }));
  if (map !== undefined && others.length === 0) return map;
  return { projected: { sources: [...(map ? [map] : []), ...others] } };
}

function container({ launcher, image, limits, compileMb, user }: JobRequest): V1Container {
  const { capabilities, ...security } = MANDATORY_CONTAINER_SECURITY;
  return {
    ...MANDATORY_CONTAINER,
    name: CONTAINER,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: launcherCommand(launcher),
    workingDir: '/program',
    env: EMPTIED_VARIABLES.map((name) => ({ name, value: '' })),
    securityContext: {
      ...security,
      capabilities: { drop: [...capabilities.drop] },
      runAsUser: user,
      runAsGroup: user,
    },
    resources: resources(launcher, limits, compileMb),
    volumeMounts: [
      { name: VOLUMES.program, mountPath: '/program' },
      { name: VOLUMES.temporary, mountPath: '/tmp' },
      { name: VOLUMES.launcher, mountPath: LAUNCHER_DIRECTORY, readOnly: true },
    ],
    // A program may write it, as it may write /tmp; nobody reads it, and the kubelet passes on 4 KiB at the most.
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  };
}

function resources(
  launcher: PodLauncher,
  { memoryMb, cpuMillis }: JobRequest['limits'],
  compileMb: number,
): V1ResourceRequirements {
  // Memory that was promised is there: with less requested than allowed the node's kernel would choose who dies. A compiler
  // alone may take more, for as long as it runs: the launcher keeps what comes after it to the program's own limit.
  const own = LAUNCHER_MEMORY_MB[launcher];
  const memory = `${memoryMb + own}Mi`;
  const allowed = `${Math.max(memoryMb, compileMb) + own}Mi`;
  return {
    limits: { memory: allowed, cpu: `${cpuMillis}m`, 'ephemeral-storage': `${2 * DIRECTORY_MB + LOG_MB}Mi` },
    requests: {
      memory,
      cpu: `${Math.ceil(cpuMillis * CPU_REQUESTED)}m`,
      'ephemeral-storage': `${STORAGE_REQUESTED_MB}Mi`,
    },
  };
}

/**
 * A Job of ours with what the operator adds. Labels and annotations go to the Job too: queues like Kueue look there.
 * Ours win, though a checked template has none of them.
 */
function mergeTemplate(template: PodTemplate, ours: V1Job): V1Job {
  const { spec } = ours;
  const podSpec = spec?.template.spec;
  if (!spec || !podSpec) throw new TypeError('Expected a Job with a pod template that has a spec, got none');
  return {
    ...ours,
    metadata: mergeMetadata(template, ours.metadata),
    spec: {
      ...spec,
      template: {
        metadata: mergeMetadata(template, spec.template.metadata),
        spec: mergeSpec(template, podSpec),
      },
    },
  };
}

function mergeMetadata({ labels, annotations }: PodTemplate, ours: V1ObjectMeta | undefined): V1ObjectMeta {
  return {
    ...ours,
    labels: { ...labels, ...ours?.labels },
    annotations: { ...annotations, ...ours?.annotations },
  };
}

function mergeSpec({ spec, volumes, volumeMounts, resources }: PodTemplate, ours: V1PodSpec): V1PodSpec {
  return {
    ...spec,
    ...ours,
    volumes: [...(ours.volumes ?? []), ...volumes],
    containers: ours.containers.map((container) => ({
      ...container,
      volumeMounts: [...(container.volumeMounts ?? []), ...volumeMounts],
      resources: {
        limits: { ...resources.limits, ...container.resources?.limits },
        requests: { ...resources.requests, ...container.resources?.requests },
      },
    })),
  };
}
