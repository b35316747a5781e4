import type { V1ObjectMeta, V1PodSpec } from '@kubernetes/client-node';
import { ConfigError } from '../../../config-error.ts';
import {
  ANNOTATIONS,
  CONTAINER,
  LABEL_PREFIX,
  LAUNCHER_DIRECTORY,
  MANAGED_BY,
  MANDATORY_CONTAINER,
  MANDATORY_CONTAINER_SECURITY,
  MANDATORY_POD,
  MANDATORY_POD_SECURITY,
  NAME,
  VOLUMES,
  WRITABLE,
} from './mandatory.ts';
import {
  anyObject,
  type Check,
  exactly,
  exactlyAll,
  isFields,
  list,
  map,
  object,
  text,
  withoutNulls,
  wrong,
} from './shape.ts';
import type { OperatorField, PodTemplate } from './template.ts';

/**
 * Checks what POD_TEMPLATE_FILE says. It is a list of what is allowed: what is not on it is refused, so that no field,
 * also none that Kubernetes will have one day, undoes a mandatory one.
 * @param document `{metadata, spec}`, with `kind` Pod; or `{template}` with `kind` PodTemplate
 * @param where what the sentences begin with
 * @throws ConfigError with a sentence for each problem: the field, what was expected and what was got
 */
export function checkTemplate(document: unknown, where = 'POD_TEMPLATE_FILE'): PodTemplate {
  const outer = withoutNulls(document);
  const isWrapped = isFields(outer) && outer['kind'] === 'PodTemplate' && outer['template'] !== undefined;
  refuse(where, [...(isWrapped ? wrapped : template)(outer, '')]);
  const checked = isWrapped ? outer['template'] : outer;
  const { metadata, spec } = checked as { metadata?: V1ObjectMeta; spec?: V1PodSpec };
  const container = spec?.containers?.[0];
  return {
    labels: metadata?.labels ?? {},
    annotations: metadata?.annotations ?? {},
    spec: operatorsOwn(spec ?? {}),
    volumes: spec?.volumes ?? [],
    volumeMounts: container?.volumeMounts ?? [],
    resources: { limits: container?.resources?.limits ?? {}, requests: container?.resources?.requests ?? {} },
  };
}

/** Every mount has a volume, once all files are one template. @throws ConfigError */
export function checkMounts({ volumes, volumeMounts }: PodTemplate): void {
  const names = volumes.map(({ name }) => name);
  const unknown = [...volumeMounts.entries()].filter(([, { name }]) => !names.includes(name));
  refuse(
    'POD_TEMPLATE_FILE',
    unknown.map(([index, { name }]) =>
      wrong(`spec.containers[0].volumeMounts[${index}].name`, 'one of spec.volumes', name),
    ),
  );
}

function refuse(where: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `${where} ${problem}`).join('\n'));
}

const labelValue = text(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/, 'text of a label (in quotes)');
const name = text(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, "an object's name");
const quantityText = text(/^[0-9.]+[A-Za-z]*$/, 'a quantity');
const quantity: Check = (value, path) => (typeof value === 'number' ? [] : quantityText(value, path));

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
const extended = map(quantity, text(/\//, 'an extended resource like example.com/gpu'));

const isTrue: Check = function* (value, path) {
  if (value !== true) yield wrong(path, 'true', value);
};

/**
 * Volumes that an operator may add: what many programs may read. Nothing that is the node's (hostPath), secret (secret,
 * projected, csi with a provider's say) or writable: a program leaves nothing behind for the next one.
 */
const SOURCES: { readonly [source: string]: Check } = {
  configMap: anyObject,
  image: anyObject,
  persistentVolumeClaim: object({ claimName: text(), readOnly: isTrue }, { readOnly: 'true' }),
};

const OUR_NAMES = Object.values(VOLUMES);
const otherName = text(
  new RegExp(`^(?!(${OUR_NAMES.join('|')})$)`),
  `a name other than ${OUR_NAMES.join(', ')}`,
);

/** One of the volumes: a name that is not ours, and one source. */
const volume: Check = function* (value, path) {
  yield* object({ name: otherName, ...SOURCES }, { name: 'text' })(value, path);
  const sources = isFields(value) ? Object.keys(value).filter((name) => name !== 'name') : [];
  if (isFields(value) && sources.length !== 1)
    yield wrong(path, `one of ${Object.keys(SOURCES).join(', ')}`, sources);
};

const KEPT_FREE = [...WRITABLE, LAUNCHER_DIRECTORY, '/proc', '/sys', '/dev', '/etc'];
const PLAIN_PATH = /^(\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/;

const mountPath: Check = function* (value, path) {
  if (typeof value !== 'string' || !PLAIN_PATH.test(value))
    return yield wrong(path, 'an absolute path of plain names', value);
  const below = `${value}/`;
  const other = KEPT_FREE.find((one) => below.startsWith(`${one}/`) || `${one}/`.startsWith(below));
  if (other) yield wrong(path, `a place outside ${other}`, value);
};

/** One of the container's mounts: read-only, and not where a program writes or the kernel shows itself. */
const volumeMount: Check = object(
  { name: text(), mountPath, subPath: text(), readOnly: isTrue },
  { name: 'text', mountPath: 'a path', readOnly: 'true' },
);

const container: Check = object({
  ...exactlyAll(MANDATORY_CONTAINER),
  name: exactly(CONTAINER),
  resources: object({ limits: extended, requests: extended }),
  securityContext: object(exactlyAll(MANDATORY_CONTAINER_SECURITY)),
  volumeMounts: list(volumeMount),
});

const containers: Check = function* (value, path) {
  yield* list(container)(value, path);
  if (Array.isArray(value) && value.length > 1)
    yield wrong(path, `one container, ${CONTAINER}, at the most`, value);
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

const wrapped = object({
  apiVersion: exactly('v1'),
  kind: text(),
  metadata: object({ name: text() }),
  template,
});

/** Names that are exactly one of these, or stand below one that ends with a slash. */
function noneOf(taken: readonly string[], what: string): Check {
  return function* (given, path) {
    const isTaken = (one: string): boolean =>
      one.endsWith('/') ? String(given).startsWith(one) : given === one;
    if (taken.some(isTaken)) yield wrong(path, `no ${what} that podline or Kubernetes sets`, given);
  };
}

function operatorsOwn(spec: Partial<V1PodSpec>): PodTemplate['spec'] {
  const fields = Object.entries(spec).filter(([field]) => field in OPERATORS);
  return Object.fromEntries(fields);
}
