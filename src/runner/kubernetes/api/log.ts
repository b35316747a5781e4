import type { LogOptions } from '../cluster.ts';
import { CONTAINER } from '../job/names.ts';
import type { Api } from './api.ts';
import { ATTEMPT_MS, LOG_LINE_BYTES } from './bounds.ts';
import type { ApiOperation } from './error.ts';
import { lines } from './lines.ts';
import { pathOf } from './list.ts';
import { PODS } from './objects.ts';

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
  const { since, follow = false, silenceMs = follow ? 0 : ATTEMPT_MS } = options;
  const operation: ApiOperation = { verb: 'get', resource: 'pods/log', namespace };
  const query = new URLSearchParams({ container: CONTAINER });
  if (follow) query.set('follow', 'true');
  if (since) query.set('sinceTime', since.toISOString());
  const path = `${pathOf(PODS, namespace, pod)}/log?${query}`;
  const left = new AbortController();
  const signal = AbortSignal.any([options.signal, left.signal]);
  const bytes = api.open({ operation, method: 'GET', path, accept: '*/*' }, { signal, silenceMs });
  const all = lines(bytes, LOG_LINE_BYTES, true);
  return {
    next: () => all.next(),
    async return() {
      // A generator that waits for the next line would not hear of it before that line comes.
      left.abort();
      await all.return().catch(() => {});
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
