import type { V1ContainerStateTerminated, V1Job, V1Pod } from '@kubernetes/client-node';
import { NO_INTERPRETER } from '../launchers/launcher.ts';
import { type PodEnd, podEnd, quote } from './pod.ts';

/**
 * How a pod ended, or is about to, as far as its own and its Job's status show.
 * @param pod undefined: nothing is known of it
 * @param job null: it is not there; undefined: nothing is known of it
 */
export function diagnoseEnd(pod: V1Pod | undefined, job: V1Job | null | undefined): PodEnd {
  const terminated = pod?.status?.containerStatuses?.[0]?.state?.terminated;
  if (terminated?.reason === 'OOMKilled') return podEnd('OUT_OF_MEMORY', 'Its container ran out of memory.');
  return (
    diagnoseNeverRan(pod) ??
    diagnoseDisruption(pod) ??
    diagnoseJobEnd(job) ??
    (pod?.metadata?.deletionTimestamp ? podEnd('INTERRUPTED', 'Its pod was deleted.') : null) ??
    (terminated ? podEnd('INTERRUPTED', describeExit(terminated)) : podEnd('INTERRUPTED', 'Its pod is gone.'))
  );
}

function diagnoseJobEnd(job: V1Job | null | undefined): PodEnd | null {
  if (job && hasMissedDeadline(job)) return podEnd('TIMED_OUT', "It ran into its Job's deadline.");
  if (job === null || job?.metadata?.deletionTimestamp) return podEnd('INTERRUPTED', 'Its Job was deleted.');
  return null;
}

/** Whether Kubernetes ends it, or has, because it was there for too long. */
export function hasMissedDeadline(job: V1Job): boolean {
  return (job.status?.conditions ?? []).some(
    ({ type, status, reason }) =>
      (type === 'Failed' || type === 'FailureTarget') && status === 'True' && reason === 'DeadlineExceeded',
  );
}

function describeExit({ exitCode, signal }: V1ContainerStateTerminated): string {
  const number = signal ?? (exitCode > 128 && exitCode < 160 ? exitCode - 128 : 0);
  const how = number > 0 ? `was ended by signal ${number}` : `ended with exit code ${exitCode}`;
  return `Its launcher ${how} and reported no end of the program.`;
}

/**
 * Why a pod that has ended never ran its container, null when it may have. Then it is certain that its program was not
 * started: `UNSCHEDULABLE` when its node did not take it (another may), `IMAGE_UNAVAILABLE` when its image lacks what
 * it takes to start.
 */
function diagnoseNeverRan(pod: V1Pod | undefined): PodEnd | null {
  const { phase, reason, message, containerStatuses } = pod?.status ?? {};
  const last = containerStatuses?.[0]?.state?.terminated;
  if (last?.reason && START_REASONS.has(last.reason)) {
    const image = pod?.spec?.containers[0]?.image ?? '';
    const missing = /exec: "([^"]*)": executable file not found/.exec(last.message ?? '');
    const why = missing ? `it has no ${missing[1]}` : 'its interpreter did not start';
    return podEnd('IMAGE_UNAVAILABLE', `The image ${image} cannot run programs: ${why}.`);
  }
  if (last && last.exitCode === NO_INTERPRETER.exitCode && last.message === NO_INTERPRETER.message) {
    const image = pod?.spec?.containers[0]?.image ?? '';
    return podEnd('IMAGE_UNAVAILABLE', `The image ${image} cannot run programs: ${last.message}.`);
  }
  // An evicted pod's containers are reported as they were, and not always: only a pod without any has certainly had none.
  if (phase !== 'Failed' || containerStatuses?.length || !reason || ENDED_REASONS.has(reason)) return null;
  const why = quote((message ?? reason).replace(/^(Pod was rejected: |Pod )/, ''));
  return podEnd('UNSCHEDULABLE', `Its node did not take it: ${why}`);
}

/** What a runtime ends a container with that it could not start. */
const START_REASONS: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun']);

/**
 * Reasons of pods that may have run. A node's own admission has many more, for pods it never took: OutOfcpu,
 * OutOfpods, NodeAffinity, UnexpectedAdmissionError.
 */
const ENDED_REASONS: ReadonlySet<string> = new Set([
  'DeadlineExceeded',
  'Evicted',
  'NodeLost',
  'NodeShutdown',
  'Preempting',
  'Shutdown',
  'Terminated',
]);

/** What a node or the control plane did to a pod, null when nothing is known of it. */
function diagnoseDisruption(pod: V1Pod | undefined): PodEnd | null {
  const { reason, message, conditions } = pod?.status ?? {};
  const byNode = reason === undefined ? undefined : NODE[reason];
  if (byNode) return byNode(message ?? '');
  const disruption = conditions?.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  return disruption ? (DISRUPTIONS[disruption.reason ?? ''] ?? podEnd('EVICTED', 'It was evicted.')) : null;
}

const DEADLINE = podEnd('TIMED_OUT', "It ran into its Job's deadline.");
const PREEMPTED = podEnd('EVICTED', 'A pod of a higher priority took its place.');
const SHUT_DOWN = podEnd('INTERRUPTED', 'Its node shut down.');
const LOST = podEnd('INTERRUPTED', 'Its node was lost.');

/** By the pod's `status.reason`. */
const NODE: { readonly [reason: string]: ((message: string) => PodEnd) | undefined } = {
  DeadlineExceeded: () => DEADLINE,
  Evicted: (message) => podEnd('EVICTED', describeEviction(message)),
  NodeLost: () => LOST,
  NodeShutdown: () => SHUT_DOWN,
  Preempting: () => PREEMPTED,
  Shutdown: () => SHUT_DOWN,
  Terminated: () => SHUT_DOWN,
};

/** By the reason of the pod's condition DisruptionTarget. */
const DISRUPTIONS: { readonly [reason: string]: PodEnd | undefined } = {
  DeletionByPodGC: LOST,
  DeletionByTaintManager: podEnd('EVICTED', 'Its node was lost or closed to it.'),
  EvictionByEvictionAPI: podEnd('EVICTED', 'It was evicted, as from a node that is drained.'),
  PreemptionByScheduler: PREEMPTED,
  TerminationByKubelet: podEnd('EVICTED', 'Its node ran short of resources or shut down.'),
};

/** Our volumes are named as the directories they are mounted at. */
function describeEviction(message: string): string {
  const directory = /EmptyDir volume "([^"]+)" exceeds the limit "([^"]+)"/.exec(message);
  if (directory) return `It wrote more than ${directory[2]} to /${directory[1]}.`;
  if (/local (ephemeral )?storage usage exceeds/.test(message)) return 'It wrote more to disk than it may.';
  const low = /low on resource: ([a-z-]+)/.exec(message);
  if (low) return `Its node evicted it for want of ${low[1]}.`;
  return message === '' ? 'Its node evicted it.' : `Its node evicted it: ${quote(message)}`;
}
