import type { CoreV1Event, V1Job, V1Pod } from '@kubernetes/client-node';
import { diagnoseEnd, hasMissedDeadline } from './diagnose-end.ts';
import { diagnoseJob, diagnosePending } from './diagnose-pending.ts';
import type { PodState } from './pod.ts';

/** What was read of one Job and its pod. Null: certainly not there; undefined: not known. */
export interface Observed {
  readonly pod: V1Pod | null | undefined;
  readonly job: V1Job | null | undefined;
  /** The pod as it was seen last, for when it is not there any more. */
  readonly lastPod?: V1Pod | undefined;
  /** Whether there has been a pod at all, perhaps seen by another process. Default: whether there is a `lastPod`. */
  readonly existed?: boolean;
  /** Warning events, newest last. Those of the Job are needed while it has no pod, the pod's while that does not run. */
  readonly jobEvents?: readonly CoreV1Event[];
  readonly podEvents?: readonly CoreV1Event[];
}

/**
 * What a Job's and its pod's status come down to. Level-based: only what is there now counts, so a state that was missed
 * costs nothing.
 *
 * `ended` with `UNSCHEDULABLE` or `IMAGE_UNAVAILABLE` is reported only of a pod that certainly never ran its container, `gone`
 * with `UNSCHEDULABLE` only of a Job that never had a pod. A pod of which the node has long said nothing is `unknown`.
 */
export function diagnose(observed: Observed): PodState {
  const { pod, job, podEvents = [] } = observed;
  if (pod === undefined) return { state: 'unknown', message: 'Its pod cannot be read now.' };
  if (pod === null) return diagnoseWithoutPod(observed);
  if (hasEnded(pod)) return { state: 'ended', ...diagnoseEnd(pod, job) };
  if (pod.status?.phase === 'Unknown') return LOST_SIGHT;
  if (pod.metadata?.deletionTimestamp) return { state: 'terminating', ...diagnoseEnd(pod, job) };
  if (!pod.status?.containerStatuses?.[0]?.state?.running) return diagnosePending(pod, podEvents);
  return isCutOff(pod) ? LOST_SIGHT : { state: 'running' };
}

function diagnoseWithoutPod({ job, lastPod, existed, jobEvents = [] }: Observed): PodState {
  if (existed ?? lastPod !== undefined) return { state: 'gone', ...diagnoseEnd(lastPod, job) };
  if (job === undefined) return { state: 'unknown', message: 'Its Job cannot be read now.' };
  if (job === null || job.metadata?.deletionTimestamp || hadPods(job))
    return { state: 'gone', ...diagnoseEnd(undefined, job) };
  if (hasMissedDeadline(job))
    return { state: 'gone', reason: 'UNSCHEDULABLE', message: 'Its Job got no pod before its deadline.' };
  return diagnoseJob(job, jobEvents);
}

const LOST_SIGHT = {
  state: 'unknown',
  message: 'Its node does not answer; whether it still runs is not known.',
} as const;

/** A phase may come before the container's own state, which an eviction leaves as it was. */
function hasEnded({ status }: V1Pod): boolean {
  const isOver = status?.phase === 'Failed' || status?.phase === 'Succeeded';
  return isOver || status?.containerStatuses?.[0]?.state?.terminated !== undefined;
}

/**
 * When a node falls silent the control plane sets Ready to False on its pods, and nothing else; a kubelet that is there
 * reports Ready and ContainersReady alike, as there are no readiness gates.
 */
function isCutOff({ status }: V1Pod): boolean {
  const is = (wanted: string) => status?.conditions?.find(({ type }) => type === wanted)?.status;
  return is('Ready') === 'False' && is('ContainersReady') === 'True';
}

/** Pods that ended are counted, also when nobody saw them. */
function hadPods({ status }: V1Job): boolean {
  return (status?.failed ?? 0) + (status?.succeeded ?? 0) > 0;
}
