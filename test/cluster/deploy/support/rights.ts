import { kubectl } from './kubectl.ts';

/** A verb on a resource with its group and subresource, as people write it: `create jobs.batch`, `get pods/log`. */
export type Permission = string;

/** Where: in a namespace, or in the whole cluster. */
export type Place = string | null;

const GROUP = 'authorization.k8s.io/v1';

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface RulesStatus {
  readonly incomplete: boolean;
  readonly resourceRules: readonly Rule[];
  readonly nonResourceRules: readonly Rule[];
}

/**
 * All that an account may do in a namespace beyond what any service account may, by the API server's own list.
 * @throws Error when the API server cannot list everything
 */
export async function allRights(account: string, namespace: string): Promise<Permission[]> {
  const everyones = new Set(await listRights('system:serviceaccount:nowhere:nobody', namespace));
  const own = await listRights(account, namespace);
  return [...new Set(own)].filter((permission) => !everyones.has(permission)).sort();
}

async function listRights(account: string, namespace: string): Promise<Permission[]> {
  const review = { apiVersion: GROUP, kind: 'SelfSubjectRulesReview', spec: { namespace } };
  const [answer] = await ask(account, [review]);
  const status = answer?.['status'] as RulesStatus | undefined;
  if (!status || status.incomplete) throw new Error(`Expected all rights of ${account}, got a part of them.`);
  return [...status.resourceRules, ...status.nonResourceRules].flatMap(permissionsOf);
}

function permissionsOf({
  verbs,
  apiGroups = [''],
  resources,
  resourceNames,
  nonResourceURLs,
}: Rule): Permission[] {
  const on = resourceNames ? ` named ${resourceNames.join(' or ')}` : '';
  return verbs.flatMap((verb) => [
    ...(nonResourceURLs ?? []).map((url) => `${verb} ${url}`),
    ...apiGroups.flatMap((group) =>
      (resources ?? []).map((resource) => `${verb} ${qualified(resource, group)}${on}`),
    ),
  ]);
}

/** Which of these an account may do there: `kubectl auth can-i`, for many at once. */
export async function allowedOf(
  account: string,
  permissions: readonly Permission[],
  place: Place,
): Promise<Permission[]> {
  const reviews = permissions.map((permission) => ({
    apiVersion: GROUP,
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: attributesOf(permission, place) },
  }));
  const answers = await ask(account, reviews);
  if (answers.length !== permissions.length)
    throw new Error(`Expected ${permissions.length} answers, got ${answers.length}.`);
  return permissions.filter((_, index) => {
    const status = answers[index]?.['status'];
    return typeof status === 'object' && status !== null && 'allowed' in status && status.allowed === true;
  });
}

function attributesOf(permission: Permission, place: Place): object {
  const [verb = '', name = ''] = permission.split(' ');
  const [qualifiedName = '', subresource = ''] = name.split('/');
  const [resource, ...group] = qualifiedName.split('.');
  return {
    verb,
    resource,
    subresource,
    group: group.join('.'),
    ...(place === null ? {} : { namespace: place }),
  };
}

/** `pods/log` in the group `batch` is `pods.batch/log`. */
function qualified(resource: string, group: string): string {
  if (group === '') return resource;
  const [name, ...rest] = resource.split('/');
  return [`${name}.${group}`, ...rest].join('/');
}

async function ask(account: string, reviews: readonly object[]): Promise<Record<string, unknown>[]> {
  const input = reviews.map((review) => JSON.stringify(review)).join('\n---\n');
  // Validation would look for CRDs, which the account may not list.
  const create = ['create', `--as=${account}`, '--validate=false', '-f', '-', '-o', 'json'];
  const { stdout } = await kubectl(create, input);
  // One document after another, each closed by a brace at the line's start.
  return JSON.parse(`[${stdout.replaceAll(/^\}\n\{$/gm, '},{')}]`);
}
