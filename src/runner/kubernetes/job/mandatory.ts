import { randomBytes, randomInt } from 'node:crypto';
import type { PodLauncher } from '../environments.ts';

/**
 * What every pod has whatever a template says: the `restricted` Pod Security level in full, and what makes it a sandbox
 * for one program. A template may repeat these values and may not have others.
 */

/** Fields of the pod's spec. */
export const MANDATORY_POD = {
  restartPolicy: 'Never',
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  hostNetwork: false,
  hostPID: false,
  hostIPC: false,
  shareProcessNamespace: false,
  /** A launcher that gets SIGTERM ends its program within a second and has then some time to print what is left. */
  terminationGracePeriodSeconds: 5,
} as const;

/** Fields of the pod's `securityContext`; its user and groups come on top. */
export const MANDATORY_POD_SECURITY = {
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** Fields of the container. */
export const MANDATORY_CONTAINER = {
  /** Frames are not lost with a stream: another can be attached, by several at once. */
  stdin: true,
  stdinOnce: false,
  tty: false,
} as const;

/** Fields of the container's `securityContext`. */
export const MANDATORY_CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/**
 * Variables that the kubelet sets in every container, also without service links: where the API server is. A program
 * has no business there.
 */
export const EMPTIED_VARIABLES = [
  'KUBERNETES_SERVICE_HOST',
  'KUBERNETES_SERVICE_PORT',
  'KUBERNETES_SERVICE_PORT_HTTPS',
  'KUBERNETES_PORT',
  'KUBERNETES_PORT_443_TCP',
  'KUBERNETES_PORT_443_TCP_ADDR',
  'KUBERNETES_PORT_443_TCP_PORT',
  'KUBERNETES_PORT_443_TCP_PROTO',
] as const;

/** Where a program may write. */
export const WRITABLE = ['/program', '/tmp'] as const;

/** Where its launcher's text is mounted, read-only. */
export const LAUNCHER_DIRECTORY = '/podline';

/** The volumes that every pod has; a template's have other names. */
export const VOLUMES = { program: 'program', temporary: 'tmp', launcher: 'podline-launcher' } as const;

/** Labels that Jobs and pods of ours carry. A pod template may set none of them. */
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
export const NAME = 'app.kubernetes.io/name';
/** Which launcher is inside: `python`, `javascript`, or `shell`: whichever of them the image has an interpreter for. */
export const LAUNCHER = 'podline.dev/launcher';
/** The process that made it, by its id. */
export const OWNER = 'podline.dev/owner';
/** The execution it serves; a Job gets it some time after it was given its program. For people with kubectl: the store decides. */
export const EXECUTION = 'podline.dev/execution';

/** The session that its pod is kept for; as the label of an execution. */
export const SESSION = 'podline.dev/session';

/** What finds everything of ours in a namespace. */
export const SELECTOR = `${MANAGED_BY}=podline`;

/** Everything under it is ours. */
export const LABEL_PREFIX = 'podline.dev/';

/** Autoscalers leave a node alone as long as a pod with these runs there: a program moved is a program lost. */
export const ANNOTATIONS = {
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  'karpenter.sh/do-not-disrupt': 'true',
} as const;

/** Name of the one container. */
export const CONTAINER = 'program';

/** `podline-<launcher>-<16 hex digits>`: never used twice, and short enough for a pod's name and its host name. */
export function jobName(launcher: PodLauncher): string {
  return `podline-${launcher}-${randomBytes(8).toString('hex')}`;
}

/**
 * The uids that Jobs get. Process limits count a uid over all pods of a node, so each Job has one of its own. The range
 * lies above what images, subordinate ids and systemd's containers use (up to 1,879,048,191) and below 2³¹, where
 * Kubernetes' own bound is.
 */
export const USERS = { min: 1_900_000_000, max: 2_147_483_646 } as const;

/** A uid for a Job, also its group. */
export function randomUser(): number {
  return randomInt(USERS.min, USERS.max + 1);
}
