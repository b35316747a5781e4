import type { CoreV1Event, V1ConfigMap, V1Job, V1Pod } from '@kubernetes/client-node';
import { allSettledWithin } from '../../../async/timeout.ts';
import type { Logger } from '../../../executions/telemetry.ts';
import type { AttachedStream, AttachHandlers, Cluster, LogOptions } from '../cluster.ts';
import { SELECTOR } from '../job/mandatory.ts';
import { Api } from './api.ts';
import { attach } from './attach.ts';
import { Credentials } from './credentials.ts';
import { Informer } from './informer.ts';
import { loadKubeConfig } from './kubeconfig.ts';
import type { ObjectStore } from './object-store.ts';
import { JOBS, type Kind, PODS } from './objects.ts';
import {
  createConfigMap,
  createJob,
  deleteJob,
  getObject,
  labelJob,
  listEvents,
  readLog,
} from './operations.ts';
import { Permissions } from './permissions.ts';
import { type ApiTelemetry, SILENT } from './request.ts';

export interface ClusterOptions {
  /** Path of a kubeconfig, or several as in KUBECONFIG; as client-node finds it when not given. */
  readonly kubeconfig?: string | undefined;
  readonly namespace: string;
  readonly logger: Logger;
  readonly telemetry?: ApiTelemetry | undefined;
}

/** How long opening waits for the first list, milliseconds: a start with a cluster at hand begins without a problem. */
const FIRST_LIST_MS = 2000;

/**
 * Connects to the cluster of a kubeconfig, or of the pod this runs in. A cluster that cannot be used now does not throw:
 * `problem` says so, and it heals by itself.
 * @throws ConfigError when there is no kubeconfig or it cannot be right
 */
export async function loadCluster(options: ClusterOptions): Promise<Cluster> {
  const cluster = new KubernetesCluster(options);
  await cluster.opened();
  return cluster;
}

class KubernetesCluster implements Cluster {
  readonly namespace: string;
  readonly jobs: ObjectStore<V1Job>;
  readonly pods: ObjectStore<V1Pod>;
  readonly #api: Api;
  readonly #logger: Logger;
  readonly #owned = new AsyncDisposableStack();
  readonly #informers: readonly [Informer<V1Job>, Informer<V1Pod>];
  readonly #permissions: Permissions;
  #logged: string | null = null;
  #closed: Promise<void> | null = null;

  constructor({ kubeconfig, namespace, logger, telemetry }: ClusterOptions) {
    this.namespace = namespace;
    this.#logger = logger;
    const credentials = this.#owned.use(new Credentials(() => loadKubeConfig(kubeconfig)));
    this.#api = this.#owned.use(new Api(credentials, telemetry ?? SILENT));
    const [jobs, pods] = [this.#inform(JOBS), this.#inform(PODS)];
    this.#informers = [jobs, pods];
    this.jobs = jobs.store;
    this.pods = pods.store;
    this.#permissions = this.#owned.use(new Permissions(this.#api, namespace, () => this.#logProblem()));
    // First of all: whatever waits for a response learns that none will come.
    this.#owned.defer(() => this.#api[Symbol.dispose]());
  }

  get problem(): string | null {
    const failure = this.#informers.find(({ problem }) => problem)?.problem;
    if (failure)
      return failure.failure === 'forbidden'
        ? (this.#permissions.problem ?? failure.message)
        : failure.message;
    if (this.#permissions.problem) return this.#permissions.problem;
    const isSynced = this.jobs.synced && this.pods.synced;
    return isSynced ? null : `The Kubernetes API at ${this.#api.host} has not answered yet.`;
  }

  /** Settles when the first list has come or failed, or when that takes too long. */
  async opened(): Promise<void> {
    await allSettledWithin(
      FIRST_LIST_MS,
      this.#informers.map(({ tried }) => tried),
    );
  }

  createConfigMap(map: V1ConfigMap): Promise<void> {
    return this.#noted(createConfigMap(this.#api, this.namespace, map));
  }

  createJob(job: V1Job): Promise<V1Job> {
    return this.#noted(createJob(this.#api, this.namespace, job));
  }

  labelJob(name: string, labels: Record<string, string | null>): Promise<void> {
    return this.#noted(labelJob(this.#api, this.namespace, name, labels));
  }

  deleteJob(name: string): Promise<void> {
    return this.#noted(deleteJob(this.#api, this.namespace, name));
  }

  getPod(name: string): Promise<V1Pod | null> {
    return this.#noted(getObject(this.#api, PODS, this.namespace, name));
  }

  listEvents(kind: 'Job' | 'Pod', name: string): Promise<CoreV1Event[]> {
    return this.#noted(listEvents(this.#api, this.namespace, kind, name));
  }

  readLog(pod: string, options: LogOptions): AsyncIterable<string> {
    return readLog(this.#api, this.namespace, pod, options);
  }

  attach(pod: string, handlers: AttachHandlers, signal: AbortSignal): Promise<AttachedStream> {
    return this.#noted(attach(this.#api, this.namespace, pod, handlers, signal));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#owned.disposeAsync();
    return this.#closed;
  }

  #inform<T>(kind: Kind<T>): Informer<T> {
    return this.#owned.use(
      new Informer({
        api: this.#api,
        kind,
        selection: { namespace: this.namespace, labels: SELECTOR },
        logger: this.#logger,
        onProblem: () => this.#logProblem(),
      }),
    );
  }

  async #noted<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      this.#permissions.note(error);
      throw error;
    }
  }

  #logProblem(): void {
    const { problem } = this;
    if (problem === this.#logged) return;
    this.#logged = problem;
    if (problem) this.#logger.warn({ problem }, 'the cluster cannot be used now');
    else this.#logger.info({}, 'the cluster can be used');
  }
}
