import type { V1Pod } from '@kubernetes/client-node';
import { sentence } from '../sentence.ts';
import { type End, end } from './end.ts';

/** What a node or the control plane did to a pod, null when nothing is known of it. */
export function diagnoseDisruption(pod: V1Pod | undefined): End | null {
  const { reason, message, conditions } = pod?.status ?? {};
  const byNode = reason === undefined ? undefined : NODE[reason];
  if (byNode) return byNode(message ?? '');
  const disruption = conditions?.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  return disruption ? (DISRUPTIONS[disruption.reason ?? ''] ?? end('EVICTED', 'It was evicted.')) : null;
}

const DEADLINE = end('TIMED_OUT', "It ran into its Job's deadline.");
const PREEMPTED = end('EVICTED', 'A pod of a higher priority took its place.');
const SHUT_DOWN = end('INTERRUPTED', 'Its node shut down.');
const LOST = end('INTERRUPTED', 'Its node was lost.');

/** By the pod's `status.reason`. */
const NODE: { readonly [reason: string]: ((message: string) => End) | undefined } = {
  DeadlineExceeded: () => DEADLINE,
  Evicted: (message) => end('EVICTED', tellEviction(message)),
  NodeLost: () => LOST,
  NodeShutdown: () => SHUT_DOWN,
  Preempting: () => PREEMPTED,
  Shutdown: () => SHUT_DOWN,
  Terminated: () => SHUT_DOWN,
};

/** By the reason of the pod's condition DisruptionTarget. */
const DISRUPTIONS: { readonly [reason: string]: End | undefined } = {
  DeletionByPodGC: LOST,
  DeletionByTaintManager: end('EVICTED', 'Its node was lost or closed to it.'),
  EvictionByEvictionAPI: end('EVICTED', 'It was evicted, as from a node that is drained.'),
  PreemptionByScheduler: PREEMPTED,
  TerminationByKubelet: end('EVICTED', 'Its node ran short of resources or shut down.'),
};

/** Our volumes are named as the directories they are mounted at. */
function tellEviction(message: string): string {
  const directory = /EmptyDir volume "([^"]+)" exceeds the limit "([^"]+)"/.exec(message);
  if (directory) return `It wrote more than ${directory[2]} to /${directory[1]}.`;
  if (/local (ephemeral )?storage usage exceeds/.test(message)) return 'It wrote more to disk than it may.';
  const low = /low on resource: ([a-z-]+)/.exec(message);
  if (low) return `Its node evicted it for want of ${low[1]}.`;
  return message === '' ? 'Its node evicted it.' : `Its node evicted it: ${sentence(message)}`;
}
