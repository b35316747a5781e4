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
