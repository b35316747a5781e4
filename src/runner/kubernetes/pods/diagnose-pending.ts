import type { CoreV1Event, V1ContainerStateWaiting, V1Job, V1Pod } from '@kubernetes/client-node';
import { type PodState, quote } from './pod.ts';

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
    return pending('scheduling', describeScheduling(scheduled.message ?? ''));
  }
  if (!pod.spec?.nodeName) return pending('starting', 'It waits for a node.');
  const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting;
  if (waiting?.reason && IMAGE_REASONS.has(waiting.reason)) {
    return pending('image', describeImage(pod.spec.containers[0]?.image ?? '', waiting.message ?? ''));
  }
  if (waiting?.reason && CONTAINER_REASONS.has(waiting.reason)) return describeContainer(waiting);
  const obstacle = events.findLast(({ reason }) => reason !== undefined && NODE_REASONS.has(reason));
  if (!obstacle) return pending('starting', 'Its container is starting.');
  const launcher = missingLauncher(obstacle);
  // As an image that is not on its node.
  if (launcher !== null) return pending('image', describeMissingLauncher(launcher));
  return pending('starting', `Its container cannot start yet: ${quote(withoutRpc(obstacle.message ?? ''))}`);
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

function describeContainer({ message }: V1ContainerStateWaiting): Pending {
  return pending('refused', `The node cannot create its container: ${quote(withoutRpc(message ?? ''))}`);
}

/** `0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes …`: the middle. */
function describeScheduling(message: string): string {
  const why = message
    .replace(/^\d+\/\d+ nodes are available: ?/, '')
    .replace(/[.,]? *(no new claims to deallocate|preemption:).*$/s, '');
  return why === '' ? 'It waits for a node.' : `No node can take it: ${quote(why)}`;
}

function withoutRpc(message: string): string {
  return message.replaceAll(/rpc error: code = \w+ desc = /g, '');
}

function pending(cause: Pending['cause'], message: string): Pending {
  return { state: 'pending', cause, message };
}

/**
 * Why the Job controller may not create a Job's pod: it says so only in FailedCreate events.
 * @param events of the Job, newest last
 */
export function diagnoseRefusal(events: readonly CoreV1Event[]): Pending | null {
  const text = events.findLast(({ reason }) => reason === 'FailedCreate')?.message;
  if (text === undefined) return null;
  const quota = /exceeded quota: ([^,]+), (.*)/s.exec(text);
  if (quota) return scheduling(`The quota ${quota[1]} has no room for it: ${quote(quota[2] ?? '')}`);
  const violation = /violates PodSecurity "([^"]+)": (.*)/s.exec(text);
  if (violation) return refused(`Pod Security ${violation[1]} refuses its pod: ${quote(violation[2] ?? '')}`);
  const missing = /(RuntimeClass) "([^"]+)" not found|no (PriorityClass) with name (\S+) was found/.exec(
    text,
  );
  if (missing) return refused(`The ${missing[1] ?? missing[3]} ${missing[2] ?? missing[4]} does not exist.`);
  if (/because it is being terminated/.test(text)) return refused('Its namespace is being deleted.');
  // `Error creating: pods "podline-python-0123-" is forbidden: why`
  const why = text.replace(/^Error creating: /, '').replace(/^pods "[^"]*" is (forbidden|invalid): /, '');
  return refused(`The cluster refuses its pod: ${quote(why)}`);
}

/** There will be room one day. */
function scheduling(message: string): Pending {
  return { state: 'pending', cause: 'scheduling', message };
}

/** Somebody must change something. */
function refused(message: string): Pending {
  return { state: 'pending', cause: 'refused', message };
}

/** What a container waits with when its image is not there. */
const IMAGE_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** Runtimes' words, which hold addresses and paths, to ours; the first that fits. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/couldn't parse|invalid reference/i, 'that is no name of an image'],
  [/pull policy of Never/i, 'it is not on the node and must not be pulled'],
  [/too ?many ?requests|rate limit/i, 'its registry says too many were pulled'],
  [
    /access denied|denied:|unauthorized|forbidden|insufficient_scope|authentication required/i,
    'its registry refuses it, or it does not exist',
  ],
  [/not found|manifest unknown|name unknown/i, 'it does not exist'],
  [/x509|certificate/i, "its registry's certificate is not trusted"],
  [/no such host|dial tcp|timeout|timed out|deadline|refused|reset|EOF/i, 'its registry cannot be reached'],
  [/signature/i, 'its signature is not accepted'],
  [/no space left/i, 'its node has no space for it'],
];

/** @param detail what the kubelet says about it */
export function describeImage(image: string, detail: string): string {
  const cause = CAUSES.find(([pattern]) => pattern.test(detail.replaceAll(image, '')));
  return `The image ${image} is not available${cause ? `: ${cause[1]}` : ''}.`;
}

const MISSING = /configmap "(podline-launcher-[^"]+)" not found/;

/** The launcher's ConfigMap that a pod's event says is not there, of whatever version; null when it says nothing like it. */
export function missingLauncher({ reason, message }: CoreV1Event): string | null {
  return reason === 'FailedMount' ? (MISSING.exec(message ?? '')?.[1] ?? null) : null;
}

/** The condition of a pod that waits for it: its node tries to mount it again and again, ever more rarely. */
function describeMissingLauncher(name: string): string {
  return `The ConfigMap ${name}, which holds its launcher, was missing; it is made again, and its node mounts it at the next attempt.`;
}
