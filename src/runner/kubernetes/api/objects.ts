import type { CoreV1Event, V1ConfigMap, V1Job, V1Pod } from '@kubernetes/client-node';
import { ObjectSerializer } from '@kubernetes/client-node/dist/gen/models/ObjectSerializer.js';
import type { Api } from './api.ts';
import { PAGE } from './bounds.ts';
import { ApiError, type ApiOperation } from './error.ts';

// The package has no public way to turn JSON into its own types.

/** An object as it comes over the wire: the part that is read before it has its type. */
export interface WireObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

/** A kind of objects that is watched. */
export interface Kind<T> {
  /** As in a Role and in a path. */
  readonly resource: string;
  /** The API's root for it: `/apis/batch/v1`. */
  readonly root: string;
  decode(object: unknown): T;
}

export const JOBS: Kind<V1Job> = {
  resource: 'jobs',
  root: '/apis/batch/v1',
  decode: (object) => ObjectSerializer.deserialize(object, 'V1Job', ''),
};

export const PODS: Kind<V1Pod> = {
  resource: 'pods',
  root: '/api/v1',
  decode: (object) => ObjectSerializer.deserialize(object, 'V1Pod', ''),
};

/** Not watched. */
export const CONFIG_MAPS: Kind<V1ConfigMap> = {
  resource: 'configmaps',
  root: '/api/v1',
  decode: (object) => ObjectSerializer.deserialize(object, 'V1ConfigMap', ''),
};

/** An event as the API sends it. */
export function decodeEvent(object: unknown): CoreV1Event {
  const event: CoreV1Event = ObjectSerializer.deserialize(object, 'CoreV1Event', '');
  // Times with microseconds are a type that it does not know, and leaves as text.
  if (event.eventTime) event.eventTime = new Date(event.eventTime);
  return event;
}

/**
 * Takes away what would fill the memory and nobody reads. Those that a server of an earlier version made carry
 * their launcher, which is long, in their command.
 */
export function withoutBulk(object: unknown): unknown {
  if (!isRecord(object)) return object;
  if (isRecord(object['metadata'])) delete object['metadata']['managedFields'];
  const spec = object['spec'];
  const template = isRecord(spec) && isRecord(spec['template']) ? spec['template']['spec'] : spec;
  const containers = isRecord(template) ? template['containers'] : undefined;
  for (const container of Array.isArray(containers) ? containers : []) {
    delete container.command;
    delete container.args;
  }
  return object;
}

/** Whether it has what every object of Kubernetes has. */
export function isWireObject(object: unknown): object is WireObject {
  return (
    isRecord(object) &&
    isRecord(object['metadata']) &&
    typeof object['metadata']['name'] === 'string' &&
    typeof object['metadata']['uid'] === 'string' &&
    typeof object['metadata']['resourceVersion'] === 'string'
  );
}

/** Whether its fields can be read. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What is selected of a kind. */
export interface Selection {
  readonly namespace: string;
  readonly labels: string;
}

export interface Listed {
  /** From where a watch goes on. */
  readonly version: string;
  readonly objects: readonly WireObject[];
}

const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** Where objects of a kind are: `/apis/batch/v1/namespaces/podline-sandbox/jobs`. */
export function pathOf({ root, resource }: Kind<unknown>, namespace: string, name?: string): string {
  const path = `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}`;
}

/**
 * All objects of a selection, page by page; with `metadataOnly` a small part of the bytes.
 * @throws ApiError; `expired` when paging took so long that the list must begin anew
 */
export async function listAll(
  api: Api,
  kind: Kind<unknown>,
  { namespace, labels }: Selection,
  metadataOnly = false,
): Promise<Listed> {
  const operation: ApiOperation = { verb: 'list', resource: kind.resource, namespace };
  const objects: WireObject[] = [];
  const query = new URLSearchParams({ labelSelector: labels, limit: String(PAGE) });
  let version: string | null = null;
  while (version === null) {
    const path = `${pathOf(kind, namespace)}?${query}`;
    const accept = metadataOnly ? METADATA : 'application/json';
    const page = await api.call({ operation, method: 'GET', path, accept });
    if (!isRecord(page) || !isRecord(page['metadata']) || !Array.isArray(page['items']))
      throw strange(operation, api);
    objects.push(...page['items'].filter(isWireObject));
    const { continue: next, resourceVersion } = page['metadata'];
    if (next) query.set('continue', String(next));
    else version = String(resourceVersion);
  }
  return { version, objects };
}

function strange(operation: ApiOperation, api: Api): ApiError {
  return new ApiError(
    `What answers at ${api.host} is no Kubernetes API: expected a list, got something else.`,
    {
      failure: 'unavailable',
      code: 0,
      reason: 'NotAList',
      operation,
    },
  );
}
