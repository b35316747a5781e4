import type { CoreV1Event, V1ContainerStateWaiting, V1Job, V1Pod } from '@kubernetes/client-node';
import type { PodState } from '../pod.ts';
import { sentence } from '../sentence.ts';
import { IMAGE_REASONS, tellImage } from './image.ts';
import { diagnoseRefusal } from './refusal.ts';

type Pending = Extract<PodState, { state: 'pending' }>;

/** What a Job without a pod waits for. @param events of the Job, newest last */
export function diagnoseJob(job: V1Job, events: readonly CoreV1Event[]): Pending {
  if (job.spec?.suspend) return pending('scheduling', QUEUED);
  return diagnoseRefusal(events) ?? pending('starting', 'Its pod is about to be created.');
}

/** What a pod whose container does not run yet waits for. @param events of the pod, newest last */
export function diagnosePending(pod: V1Pod, events: readonly CoreV1Event[]): Pending {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') {
    if (scheduled.reason === 'SchedulingGated') return pending('scheduling', QUEUED);
    return pending('scheduling', tellScheduling(scheduled.message ?? ''));
  }
  if (!pod.spec?.nodeName) return pending('starting', 'It waits for a node.');
  const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting;
  if (waiting?.reason && IMAGE_REASONS.has(waiting.reason)) {
    return pending('image', tellImage(pod.spec.containers[0]?.image ?? '', waiting.message ?? ''));
  }
  if (waiting?.reason && CONTAINER_REASONS.has(waiting.reason)) return tellContainer(waiting);
  const obstacle = events.findLast(({ reason }) => reason !== undefined && NODE_REASONS.has(reason));
  if (!obstacle) return pending('starting', 'Its container is starting.');
  return pending(
    'starting',
    `Its container cannot start yet: ${sentence(withoutRpc(obstacle.message ?? ''))}`,
  );
}

const QUEUED = 'It waits until its queue admits it.';

/** What a container waits with when the node tried to make it and could not. The kubelet tries again. */
const CONTAINER_REASONS: ReadonlySet<string> = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** Events of a pod that stays ContainerCreating. */
const NODE_REASONS: ReadonlySet<string> = new Set([
  'FailedMount',
  'FailedAttachVolume',
  'FailedCreatePodSandBox',
]);

function tellContainer({ message }: V1ContainerStateWaiting): Pending {
  return pending('refused', `Its node cannot make its container: ${sentence(withoutRpc(message ?? ''))}`);
}

/** `0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes …`: the middle. */
function tellScheduling(message: string): string {
  const why = message
    .replace(/^\d+\/\d+ nodes are available: ?/, '')
    .replace(/[.,]? *(no new claims to deallocate|preemption:).*$/s, '');
  return why === '' ? 'It waits for a node.' : `No node can take it: ${sentence(why)}`;
}

function withoutRpc(message: string): string {
  return message.replaceAll(/rpc error: code = \w+ desc = /g, '');
}

function pending(cause: Pending['cause'], message: string): Pending {
  return { state: 'pending', cause, message };
}
