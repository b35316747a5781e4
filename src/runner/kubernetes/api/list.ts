import type { Api } from './api.ts';
import { PAGE } from './bounds.ts';
import { ApiError, type ApiOperation } from './error.ts';
import { isRecord, isWireObject, type Kind, type WireObject } from './objects.ts';

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
