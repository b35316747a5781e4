import { sleep } from '../../../async/sleep.ts';
import type { Logger } from '../../../executions/telemetry.ts';
import { type Api, backOff, type StreamOptions } from './api.ts';
import { COMPARE_MS, WATCH_LINE_BYTES, WATCH_SECONDS, WATCH_SILENCE_MS } from './bounds.ts';
import { ApiError, type ApiFailure, type ApiOperation, failureOf } from './error.ts';
import { ObjectStore } from './object-store.ts';
import {
  isRecord,
  isWireObject,
  type Kind,
  listAll,
  pathOf,
  type Selection,
  type WireObject,
} from './objects.ts';
import { lines } from './request.ts';

export interface InformerOptions<T> {
  readonly api: Api;
  readonly kind: Kind<T>;
  readonly selection: Selection;
  readonly logger: Logger;
  /** Called when `problem` may have changed. */
  readonly onProblem: () => void;
  /** How often the watch is compared with a list, milliseconds. Default: 60,000. */
  readonly compareMs?: number;
  /** How long a watch may say nothing, milliseconds. Default: 100,000. */
  readonly silenceMs?: number;
}

/** A change that a list saw and the watch did not bring gets this long to come, milliseconds. */
const LATE_MS = 1000;
const BEARABLE: readonly ApiFailure[] = ['unreachable', 'unavailable', 'expired'];

/**
 * Keeps `store` up to date until it is disposed. Listing → watching → (the watch ends or is cut) → watching on from where
 * it ended. → listing again when that is too long ago, after every other failure, and when the comparison shows that the
 * watch missed something, so that a lost event costs a minute at the most.
 */
export class Informer<T> implements AsyncDisposable {
  readonly store: ObjectStore<T>;
  readonly #options: InformerOptions<T>;
  readonly #closing = new AbortController();
  readonly #done: Promise<unknown>;
  /** Settles after the first list, or the first failure. */
  readonly tried: Promise<void>;
  readonly #tried = Promise.withResolvers<void>();
  #version: string | null = null;
  #failures = 0;
  #problem: ApiError | null = null;
  #watching: AbortController | null = null;

  constructor(options: InformerOptions<T>) {
    this.#options = options;
    this.store = new ObjectStore(options.kind, options.logger);
    this.tried = this.#tried.promise;
    this.#done = Promise.all([this.#follow(), this.#compareNowAndThen()]);
  }

  /** Why nothing new is known; null when all is well. */
  get problem(): ApiError | null {
    return this.#problem;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#watching?.abort();
    await this.#done;
  }

  async #follow(): Promise<void> {
    const { api } = this.#options;
    const closing = this.#closing.signal;
    while (!closing.aborted && !api.closing.aborted) {
      try {
        this.#version ??= await this.#list();
        await this.#watch(this.#version);
      } catch (error) {
        if (!closing.aborted && !api.closing.aborted) await this.#failed(error);
      }
    }
    this.#tried.resolve();
  }

  async #list(): Promise<string> {
    const { api, kind, selection } = this.#options;
    const { version, objects } = await listAll(api, kind, selection);
    if (!this.#closing.signal.aborted) this.store.replace(objects);
    this.#failures = 0;
    this.#well();
    return version;
  }

  async #watch(version: string): Promise<void> {
    const { api, kind, selection, silenceMs = WATCH_SILENCE_MS } = this.#options;
    const watching = new AbortController();
    this.#watching = watching;
    let openedAt = Number.POSITIVE_INFINITY;
    const onOpen = () => {
      openedAt = performance.now();
      this.#well();
    };
    const options = { signal: watching.signal, silenceMs, onOpen };
    try {
      for await (const event of watch(api, kind, selection, version, options)) {
        if (watching.signal.aborted) return;
        if (event.type === 'put') this.store.put(event.object);
        if (event.type === 'remove') this.store.remove(event.object);
        this.#version = event.object.metadata.resourceVersion;
        this.#failures = 0;
      }
    } catch (error) {
      if (watching.signal.aborted) return;
      if (performance.now() - openedAt > LATE_MS) this.#failures = 0;
      throw error;
    }
    // A server that ends watches as soon as they begin gets no request without a pause.
    if (performance.now() - openedAt < LATE_MS) await backOff(1, this.#closing.signal);
  }

  async #failed(error: unknown): Promise<void> {
    const { logger, kind, onProblem } = this.#options;
    this.#failures += 1;
    if (!(error instanceof ApiError)) {
      logger.error({ err: error, resource: kind.resource }, 'watching failed');
      this.#version = null;
    } else {
      const isWatch = error.operation.verb === 'watch';
      // A watch that is cut, or too old, is nothing yet: it mostly goes on at the next attempt.
      if (this.#failures > 1 || !isWatch || !BEARABLE.includes(error.failure)) this.#problem = error;
      if (this.#problem || error.failure !== 'unreachable') this.#version = null;
    }
    if (this.#problem) this.#tried.resolve();
    onProblem();
    const retryAfter = error instanceof ApiError ? error.retryAfterMs : null;
    await backOff(this.#failures, this.#closing.signal, retryAfter ?? 0);
  }

  /** The API server responded. */
  #well(): void {
    this.#tried.resolve();
    if (!this.#problem) return;
    this.#problem = null;
    this.#options.onProblem();
  }

  async #compareNowAndThen(): Promise<void> {
    const closing = this.#closing.signal;
    const period = this.#options.compareMs ?? COMPARE_MS;
    while (!closing.aborted) {
      await sleep(period * (0.9 + Math.random() / 5), closing);
      if (closing.aborted || this.#version === null) continue;
      try {
        if (await this.#isBehind()) this.#listAnew();
      } catch {
        // The list did not come: the watch goes on, and fails by itself when it is cut.
      }
    }
  }

  /** Whether a list shows what the watch does not bring, though it had time to. */
  async #isBehind(): Promise<boolean> {
    const { api, kind, selection } = this.#options;
    const before = this.store.versions();
    const { objects } = await listAll(api, kind, selection, true);
    const listed = new Map(objects.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
    // What has changed since then came from the watch, which so is alive.
    const isStale = (known: Map<string, string>) => (name: string) =>
      known.get(name) === before.get(name) && known.get(name) !== listed.get(name);
    const stale = [...new Set([...before.keys(), ...listed.keys()])].filter(isStale(this.store.versions()));
    if (stale.length === 0) return false;
    await sleep(LATE_MS, this.#closing.signal);
    return !this.#closing.signal.aborted && stale.some(isStale(this.store.versions()));
  }

  #listAnew(): void {
    const { logger, kind } = this.#options;
    logger.warn({ resource: kind.resource }, 'the watch missed a change; listing anew');
    this.#version = null;
    this.#watching?.abort();
  }
}

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
async function* watch(
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
