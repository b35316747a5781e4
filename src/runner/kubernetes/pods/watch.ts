import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../cluster.ts';
import { diagnose } from './diagnose.ts';
import type { PodState } from './pod.ts';

/** One pod that there was, and its Job, as the cluster tells of them now. */
export class PodWatch implements Disposable {
  readonly #cluster: Cluster;
  readonly #job: string;
  readonly #listeners = new Set<() => void>();
  readonly #watches: readonly Disposable[];
  #pod: V1Pod;
  /** Whether the watch has told of it. One that was read may be newer than all that the watch knows. */
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

  /** Calls the listener when `observe` may tell something else. */
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
