import { isDeepStrictEqual } from 'node:util';
import type { CoreV1Event, V1ConfigMap, V1Job } from '@kubernetes/client-node';
import type { LogOptions } from '../cluster.ts';
import { CONTAINER } from '../job/mandatory.ts';
import type { Api } from './api.ts';
import { ATTEMPT_MS, EVENTS, LOG_LINE_BYTES } from './bounds.ts';
import { ApiError, type ApiFailure, type ApiOperation } from './error.ts';
import { CONFIG_MAPS, decodeEvent, isRecord, JOBS, type Kind, PODS, pathOf } from './objects.ts';
import { lines } from './request.ts';

/** Responses that are not read come without the object's spec. */
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
/** Must be the kind that `pathOf` knows by its resource and root. */
const EVENT_KIND: Kind<CoreV1Event> = { resource: 'events', root: '/api/v1', decode: decodeEvent };

/** Creates a Job, or finds the one of its name. @throws ApiError */
export async function createJob(api: Api, namespace: string, job: V1Job): Promise<V1Job> {
  const operation: ApiOperation = { verb: 'create', resource: 'jobs', namespace };
  const body = { apiVersion: 'batch/v1', kind: 'Job', ...job };
  // Else a field that the cluster does not know, deep in an operator's template, would be dropped without a word.
  const path = `${pathOf(JOBS, namespace)}?fieldValidation=Strict`;
  try {
    return JOBS.decode(await api.call({ operation, method: 'POST', path, body }));
  } catch (error) {
    const name = job.metadata?.name;
    if (!name || !failedAs(error, 'conflict')) throw error;
    const there = await getObject(api, JOBS, namespace, name);
    if (there === null) throw error;
    return there;
  }
}

/**
 * Creates a ConfigMap, or finds the one of its name.
 * @throws ApiError; `invalid` when there is one of that name with other data
 */
export async function createConfigMap(api: Api, namespace: string, map: V1ConfigMap): Promise<void> {
  const operation: ApiOperation = { verb: 'create', resource: CONFIG_MAPS.resource, namespace };
  const body = { apiVersion: 'v1', kind: 'ConfigMap', ...map };
  try {
    await api.call({
      operation,
      method: 'POST',
      path: pathOf(CONFIG_MAPS, namespace),
      accept: METADATA,
      body,
    });
  } catch (error) {
    const name = map.metadata?.name;
    if (!name || !failedAs(error, 'conflict')) throw error;
    const found = await getObject(api, CONFIG_MAPS, namespace, name);
    if (found === null) throw error;
    if (isDeepStrictEqual(found.data, map.data)) return;
    throw new ApiError(
      `The ConfigMap ${name} in namespace ${namespace} holds something else than what its name stands for: kubectl -n ${namespace} delete configmap ${name} lets Podline make it again.`,
      { failure: 'invalid', code: 409, reason: 'OtherData', operation },
    );
  }
}

/** Sets labels of a Job, removes those that are null. @throws ApiError */
export async function labelJob(
  api: Api,
  namespace: string,
  name: string,
  labels: Record<string, string | null>,
): Promise<void> {
  await ifThere(
    api.call({
      operation: { verb: 'patch', resource: 'jobs', namespace },
      method: 'PATCH',
      path: pathOf(JOBS, namespace, name),
      contentType: 'application/merge-patch+json',
      accept: METADATA,
      body: { metadata: { labels } },
    }),
  );
}

/** Deletes a Job, its pods in the background. @throws ApiError */
export async function deleteJob(api: Api, namespace: string, name: string): Promise<void> {
  await ifThere(
    api.call({
      operation: { verb: 'delete', resource: 'jobs', namespace },
      method: 'DELETE',
      path: pathOf(JOBS, namespace, name),
      accept: `${METADATA},application/json`,
      body: { propagationPolicy: 'Background' },
    }),
  );
}

/** Null: it is not there. @throws ApiError */
export async function getObject<T>(
  api: Api,
  kind: Kind<T>,
  namespace: string,
  name: string,
): Promise<T | null> {
  const operation: ApiOperation = { verb: 'get', resource: kind.resource, namespace };
  const found = await ifThere(api.call({ operation, method: 'GET', path: pathOf(kind, namespace, name) }));
  return found === null ? null : kind.decode(found);
}

/** Warnings about an object, newest last. @throws ApiError */
export async function listEvents(
  api: Api,
  namespace: string,
  kind: 'Job' | 'Pod',
  name: string,
): Promise<CoreV1Event[]> {
  const fields = `involvedObject.kind=${kind},involvedObject.name=${name},type=Warning`;
  const query = new URLSearchParams({ fieldSelector: fields, limit: String(EVENTS) });
  const path = `${pathOf(EVENT_KIND, namespace)}?${query}`;
  const operation: ApiOperation = { verb: 'list', resource: 'events', namespace };
  const listed = await api.call({ operation, method: 'GET', path });
  const items = isRecord(listed) && Array.isArray(listed['items']) ? listed['items'] : [];
  return items.map(decodeEvent).sort((a, b) => timeOf(a) - timeOf(b));
}

function timeOf({ lastTimestamp, series, eventTime, metadata }: CoreV1Event): number {
  const last = lastTimestamp ?? series?.lastObservedTime ?? eventTime ?? metadata.creationTimestamp;
  return last ? new Date(last).getTime() : 0;
}

/** What it gives, null when the object is not there. */
async function ifThere(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (failedAs(error, 'missing')) return null;
    throw error;
  }
}

function failedAs(error: unknown, failure: ApiFailure): boolean {
  return error instanceof ApiError && error.failure === failure;
}

/**
 * Lines of a pod's log. Leaving the loop, or `return()`, ends the request at once, also while nothing comes.
 * @throws ApiError; `options.signal`'s reason when that is aborted
 */
export function readLog(
  api: Api,
  namespace: string,
  pod: string,
  options: LogOptions,
): AsyncIterableIterator<string> {
  const { follow = false, silenceMs = follow ? 0 : ATTEMPT_MS } = options;
  const operation: ApiOperation = { verb: 'get', resource: 'pods/log', namespace };
  const query = new URLSearchParams({ container: CONTAINER });
  if (follow) query.set('follow', 'true');
  const path = `${pathOf(PODS, namespace, pod)}/log?${query}`;
  const left = new AbortController();
  const signal = AbortSignal.any([options.signal, left.signal]);
  const bytes = api.open({ operation, method: 'GET', path, accept: '*/*' }, { signal, silenceMs });
  const all = lines(bytes, LOG_LINE_BYTES, true);
  return {
    next: () => all.next(),
    async return() {
      // A generator that waits for the next line would not notice it before that line comes.
      left.abort();
      await all.return().catch(() => {});
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
