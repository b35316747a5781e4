import type { CoreV1Event, V1Job, V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../cluster.ts';
import { diagnose } from './diagnose.ts';
import type { PodState } from './pod.ts';

/** One pod that there was, and its Job, as the cluster reports them now. */
export class PodWatch implements Disposable {
  readonly #cluster: Cluster;
  readonly #job: string;
  readonly #listeners = new Set<() => void>();
  readonly #watches: readonly Disposable[];
  #pod: V1Pod;
  /** Whether the watch has reported it. One that was read may be newer than all that the watch knows. */
  #isWatched = false;

  constructor(cluster: Cluster, job: string, pod: V1Pod) {
    this.#cluster = cluster;
    this.#job = job;
    this.#pod = pod;
    this.#watches = [
      cluster.pods.onChange((name, object, last) => {
        const seen = object ?? last;
        if (name !== pod.metadata?.name || !seen) return;
        if (isSame(seen, pod)) [this.#pod, this.#isWatched] = [seen, true];
        this.#changed();
      }),
      cluster.jobs.onChange((name) => {
        if (name === job) this.#changed();
      }),
    ];
  }

  /** As it was seen last. */
  get pod(): V1Pod {
    return this.#pod;
  }

  observe(): PodState {
    const { pods, jobs } = this.#cluster;
    const found = pods.get(this.#pod.metadata?.name ?? '');
    const isThere = found !== undefined && isSame(found, this.#pod);
    this.#isWatched ||= found !== undefined;
    const isGone = pods.synced && this.#isWatched;
    const pod = isThere ? found : isGone ? null : undefined;
    const job: V1Job | null | undefined = jobs.get(this.#job) ?? (jobs.synced ? null : undefined);
    return diagnose({ pod, job, lastPod: this.#pod });
  }

  /** Calls the listener when `observe` may give something else. */
  onChange(listener: () => void): Disposable {
    const own = (): void => listener();
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  [Symbol.dispose](): void {
    for (const watch of this.#watches) watch[Symbol.dispose]();
    this.#listeners.clear();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** A pod made anew under a name is another. */
function isSame(one: V1Pod, other: V1Pod): boolean {
  return one.metadata?.uid === other.metadata?.uid;
}

/** One Job that is being created, and its first pod, as the cluster knows them now. A later pod of it does not count. */
export class JobWatch {
  readonly #cluster: Cluster;
  readonly #name: string;
  /** As it was created, or seen last. */
  #job: V1Job | null = null;
  /** Whether the watch has reported it. */
  #isWatched = false;
  #pod: V1Pod | null = null;

  constructor(cluster: Cluster, name: string) {
    this.#cluster = cluster;
    this.#name = name;
  }

  /** Whether it is known to have been created. */
  get isCreated(): boolean {
    return this.#job !== null;
  }

  /** The Job's first pod, as it was seen last; null: it has had none. */
  get pod(): V1Pod | null {
    return this.#pod;
  }

  get isOnNode(): boolean {
    return Boolean(this.#pod?.spec?.nodeName);
  }

  get isSuspended(): boolean {
    return this.#job?.spec?.suspend ?? false;
  }

  created(job: V1Job): void {
    this.#job = job;
  }

  /** What Job and pod come down to. @param events of the pod, of the Job while it has none; newest last */
  observe(events: readonly CoreV1Event[]): PodState {
    const { pods, jobs } = this.#cluster;
    const job = jobs.get(this.#name);
    if (job) [this.#job, this.#isWatched] = [job, true];
    this.#pod ??= pods.list().find((pod) => this.#owns(pod)) ?? null;
    if (this.#pod === null) {
      // The Job was created; until the watch has reported it, that it is not in the store means nothing.
      const known = job ?? (this.#isWatched ? null : this.#job);
      return diagnose({ pod: null, job: known, jobEvents: events });
    }
    const pod = pods.get(this.#pod.metadata?.name ?? '');
    const isSame = pod?.metadata?.uid === this.#pod.metadata?.uid;
    if (pod && isSame) this.#pod = pod;
    return diagnose({
      pod: isSame ? pod : null,
      job: job ?? null,
      lastPod: this.#pod,
      podEvents: events,
    });
  }

  /** Calls the listener when `observe` may give something else, until it is disposed. */
  onChange(listener: () => void): Disposable {
    const { pods, jobs } = this.#cluster;
    const watches = new DisposableStack();
    watches.use(pods.onChange((_, pod) => (pod === null || this.#owns(pod) ? listener() : undefined)));
    watches.use(jobs.onChange((name) => (name === this.#name ? listener() : undefined)));
    return watches;
  }

  #owns(pod: V1Pod): boolean {
    const uid = this.#job?.metadata?.uid;
    return uid !== undefined && (pod.metadata?.ownerReferences ?? []).some((owner) => owner.uid === uid);
  }
}
