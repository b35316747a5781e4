/** Labels that Jobs and pods of ours carry. A pod template may set none of them. */
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
export const NAME = 'app.kubernetes.io/name';
/** Which launcher is inside: `python`, `javascript`. */
export const LAUNCHER = 'podline.dev/launcher';
/** The process that made it, by its id. */
export const OWNER = 'podline.dev/owner';
/** The execution it serves; a Job gets it some time after it was given its program. For people with kubectl: the store decides. */
export const EXECUTION = 'podline.dev/execution';

/** What finds everything of ours in a namespace. */
export const SELECTOR = `${MANAGED_BY}=podline`;

/** Everything under it is ours. */
export const LABEL_PREFIX = 'podline.dev/';

/** Autoscalers leave a node alone as long as a pod with these runs there: a program moved is a program lost. */
export const ANNOTATIONS = {
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  'karpenter.sh/do-not-disrupt': 'true',
} as const;
