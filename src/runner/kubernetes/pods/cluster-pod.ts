import type { V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../cluster.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { ReadyPod } from '../pool/start.ts';
import type { LauncherName, Pod, PodState } from './pod.ts';
import { PodWatch } from './watch.ts';

export interface ClusterPodParts {
  readonly cluster: Cluster;
  readonly launcher: LauncherName;
  readonly job: string;
  /** As it was seen. */
  readonly pod: V1Pod;
  readonly conversation: Conversation;
  /** Deletes its Job in the background; resolves when it is deleted or that was given up. */
  readonly removeJob: (name: string) => Promise<void>;
}

/** A pod of ours with the conversation with its launcher. Disposing it closes the conversation and leaves the pod. */
export class ClusterPod implements Pod, ReadyPod, Disposable {
  readonly launcher: LauncherName;
  readonly job: string;
  readonly name: string;
  readonly uid: string;
  readonly conversation: Conversation;
  readonly ended: Promise<void>;
  readonly #cluster: Cluster;
  readonly #watch: PodWatch;
  readonly #removeJob: (name: string) => Promise<void>;
  readonly #endWatch: Disposable;

  constructor({ cluster, launcher, job, pod, conversation, removeJob }: ClusterPodParts) {
    this.launcher = launcher;
    this.job = job;
    this.name = pod.metadata?.name ?? '';
    this.uid = pod.metadata?.uid ?? '';
    this.conversation = conversation;
    this.#cluster = cluster;
    this.#removeJob = removeJob;
    this.#watch = new PodWatch(cluster, job, pod);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    const look = (): void => {
      if (!ALIVE.has(this.observe().state)) resolve();
    };
    this.#endWatch = this.#watch.onChange(look);
    look();
  }

  get node(): string | null {
    return this.#watch.pod?.spec?.nodeName ?? null;
  }

  get reachable(): boolean {
    return this.#cluster.problem === null;
  }

  get canServe(): boolean {
    const { attached, state, broken } = this.conversation;
    return attached && state === 'waiting' && broken === null && ALIVE.has(this.observe().state);
  }

  observe(): PodState {
    return this.#watch.observe();
  }

  onChange(listener: () => void): Disposable {
    return this.#watch.onChange(listener);
  }

  readLog(signal: AbortSignal): AsyncIterable<string> {
    return this.#cluster.readLog(this.name, { signal });
  }

  /** Lets its launcher exit and deletes its Job in the background. */
  discard(): void {
    this.conversation.bye();
    // The stream stays open meanwhile, or what was just said would not go out.
    void this.#removeJob(this.job).finally(() => this[Symbol.dispose]());
  }

  [Symbol.dispose](): void {
    this.#endWatch[Symbol.dispose]();
    this.#watch[Symbol.dispose]();
    this.conversation[Symbol.dispose]();
  }
}

const ALIVE: ReadonlySet<PodState['state']> = new Set(['pending', 'running', 'unknown']);
