import type { Api, StreamOptions } from './api.ts';
import { WATCH_LINE_BYTES, WATCH_SECONDS } from './bounds.ts';
import { ApiError, type ApiOperation } from './error.ts';
import { failureOf } from './failures.ts';
import { lines } from './lines.ts';
import { pathOf, type Selection } from './list.ts';
import { isRecord, isWireObject, type Kind, type WireObject } from './objects.ts';

export type WatchEvent =
  | { readonly type: 'put' | 'remove'; readonly object: WireObject }
  /** Nothing changed up to here. */
  | {
      readonly type: 'bookmark';
      readonly object: { readonly metadata: { readonly resourceVersion: string } };
    };

/**
 * What happens to the objects of a selection after `version`. Ends when the API server ends it, as it does after some
 * minutes. `onOpen` is called when it has agreed to.
 * @throws ApiError, `expired` when `version` is too old; the signal's reason when that is aborted
 */
export async function* watch(
  api: Api,
  kind: Kind<unknown>,
  { namespace, labels }: Selection,
  version: string,
  options: StreamOptions,
): AsyncGenerator<WatchEvent, void, undefined> {
  const operation: ApiOperation = { verb: 'watch', resource: kind.resource, namespace };
  const query = new URLSearchParams({
    watch: 'true',
    labelSelector: labels,
    resourceVersion: version,
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(WATCH_SECONDS),
  });
  const path = `${pathOf(kind, namespace)}?${query}`;
  const request = { operation, method: 'GET', path } as const;
  const bytes = api.open(request, options);
  // What is left of a line when the connection ends is no event: a new watch brings it whole.
  for await (const line of lines(bytes, WATCH_LINE_BYTES, false)) {
    const event = read(line, operation, api.host);
    if (event) yield event;
  }
}

function read(line: string, operation: ApiOperation, host: string): WatchEvent | null {
  const { type, object } = parse(line, operation, host);
  if (type === 'ERROR') {
    const status = isRecord(object) ? object : {};
    throw failureOf(operation, Number(status['code'] ?? 500), status, undefined, host);
  }
  if (type === 'BOOKMARK') {
    const metadata = isRecord(object) && isRecord(object['metadata']) ? object['metadata'] : {};
    const resourceVersion = metadata['resourceVersion'];
    return typeof resourceVersion === 'string'
      ? { type: 'bookmark', object: { metadata: { resourceVersion } } }
      : null;
  }
  if (!isWireObject(object)) return null;
  if (type === 'ADDED' || type === 'MODIFIED') return { type: 'put', object };
  return type === 'DELETED' ? { type: 'remove', object } : null;
}

function parse(line: string, operation: ApiOperation, host: string): Record<string, unknown> {
  try {
    const event: unknown = JSON.parse(line);
    if (isRecord(event)) return event;
  } catch {}
  throw new ApiError(`What answers at ${host} is no Kubernetes API: expected an event, got something else.`, {
    failure: 'unavailable',
    code: 0,
    reason: 'NotAnEvent',
    operation,
  });
}
