import type { V1ObjectMeta, V1PodSpec } from '@kubernetes/client-node';
import { ANNOTATIONS, LABEL_PREFIX, MANAGED_BY, NAME } from './labels.ts';
import {
  MANDATORY_CONTAINER,
  MANDATORY_CONTAINER_SECURITY,
  MANDATORY_POD,
  MANDATORY_POD_SECURITY,
} from './mandatory.ts';
import { CONTAINER } from './names.ts';
import {
  anyObject,
  asFields,
  type Check,
  exactly,
  exactlyAll,
  list,
  map,
  object,
  text,
  withoutNulls,
  wrong,
} from './shape.ts';
import type { OperatorField, PodTemplate } from './template.ts';
import { checkMounts, volume, volumeMount } from './volumes.ts';

/**
 * Checks what POD_TEMPLATE_FILE says. It is a list of what is allowed: what is not on it is refused, so that no field,
 * also none that Kubernetes will have one day, undoes a mandatory one.
 * @param document `{metadata, spec}`, with `kind` Pod; or `{template}` with `kind` PodTemplate
 * @throws ConfigError with one sentence that names the field, what was expected and what was got
 */
export function checkTemplate(document: unknown): PodTemplate {
  const outer = asFields(withoutNulls(document), '');
  const isWrapped = outer['kind'] === 'PodTemplate' && outer['template'] !== undefined;
  if (isWrapped)
    object({ apiVersion: exactly('v1'), kind: text(), metadata: object({ name: text() }), template })(
      outer,
      '',
    );
  else template(outer, '');
  const checked = isWrapped ? outer['template'] : outer;
  const { metadata, spec } = checked as { metadata?: V1ObjectMeta; spec?: V1PodSpec };
  const container = spec?.containers?.[0];
  const volumes = spec?.volumes ?? [];
  const volumeMounts = container?.volumeMounts ?? [];
  checkMounts(volumes, volumeMounts, isWrapped ? 'template.spec' : 'spec');
  return {
    labels: metadata?.labels ?? {},
    annotations: metadata?.annotations ?? {},
    spec: operatorsOwn(spec ?? {}),
    volumes,
    volumeMounts,
    resources: { limits: container?.resources?.limits ?? {}, requests: container?.resources?.requests ?? {} },
  };
}

const labelValue = text(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/, 'text of a label (in quotes)');
const name = text(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, "an object's name");
const quantity: Check = (value, path) => {
  if (typeof value !== 'number') text(/^[0-9.]+[A-Za-z]*$/, 'a quantity')(value, path);
};

const OPERATORS: { readonly [field in OperatorField]: Check } = {
  affinity: anyObject,
  dnsConfig: anyObject,
  dnsPolicy: text(),
  hostAliases: list(anyObject),
  imagePullSecrets: list(object({ name })),
  nodeSelector: map(labelValue),
  preemptionPolicy: text(),
  priorityClassName: name,
  runtimeClassName: name,
  schedulerName: name,
  tolerations: list(anyObject),
  topologySpreadConstraints: list(anyObject),
};

/** Memory, processor and disk come from an execution's limits. */
const extended = map(quantity, (resource, path) => {
  if (!resource.includes('/')) throw wrong(path, 'an extended resource like example.com/gpu', resource);
});

const container: Check = object({
  ...exactlyAll(MANDATORY_CONTAINER),
  name: exactly(CONTAINER),
  resources: object({ limits: extended, requests: extended }),
  securityContext: object(exactlyAll(MANDATORY_CONTAINER_SECURITY)),
  volumeMounts: list(volumeMount),
});

const containers: Check = (value, path) => {
  list(container)(value, path);
  if (Array.isArray(value) && value.length > 1)
    throw wrong(path, `one container, ${CONTAINER}, at the most`, value);
};

/** What Jobs and their pods get from Kubernetes itself. */
const FOREIGN_LABELS = ['batch.kubernetes.io/', 'job-name', 'controller-uid', 'pod-template-hash'];
/** Old ways to switch off seccomp and AppArmor. */
const FOREIGN_ANNOTATIONS = [
  'seccomp.security.alpha.kubernetes.io/',
  'container.apparmor.security.beta.kubernetes.io/',
];

const metadata = object({
  labels: map(labelValue, noneOf([MANAGED_BY, NAME, LABEL_PREFIX, ...FOREIGN_LABELS], 'label')),
  annotations: map(
    text(/^/),
    noneOf([...Object.keys(ANNOTATIONS), LABEL_PREFIX, ...FOREIGN_ANNOTATIONS], 'annotation'),
  ),
  // What kubectl prints; a pod's name is its Job's.
  name: text(),
});

const template: Check = object({
  apiVersion: exactly('v1'),
  kind: text(/^(Pod|PodTemplate)$/, 'Pod or PodTemplate'),
  metadata,
  spec: object({
    ...OPERATORS,
    ...exactlyAll(MANDATORY_POD),
    securityContext: object(exactlyAll(MANDATORY_POD_SECURITY)),
    containers,
    volumes: list(volume),
  }),
});

/** Names that are exactly one of these, or stand below one that ends with a slash. */
function noneOf(taken: readonly string[], what: string): (name: string, path: string) => void {
  return (given, path) => {
    if (taken.some((one) => (one.endsWith('/') ? given.startsWith(one) : given === one)))
      throw wrong(path, `no ${what} that podline or Kubernetes sets`, given);
  };
}

function operatorsOwn(spec: Partial<V1PodSpec>): PodTemplate['spec'] {
  const fields = Object.entries(spec).filter(([field]) => field in OPERATORS);
  return Object.fromEntries(fields);
}
