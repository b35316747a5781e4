import type { V1Pod } from '@kubernetes/client-node';
import { backOffMs } from '../../../async/back-off.ts';
import { sleep } from '../../../async/sleep.ts';
import type { ReadySandbox } from '../../pool/sandbox.ts';
import type { Cluster } from '../cluster.ts';
import type { PodLauncher } from '../environments.ts';
import type { Session } from '../session/session.ts';
import type { Pod, PodState } from './pod.ts';
import { PodWatch } from './watch.ts';

export interface ClusterPodOptions {
  readonly cluster: Cluster;
  readonly launcher: PodLauncher;
  readonly job: string;
  /** As it was seen. */
  readonly pod: V1Pod;
  readonly session: Session;
  /** Deletes its Job in the background; resolves when it is deleted or that was given up. */
  readonly removeJob: (name: string) => Promise<void>;
}

/** A pod of ours with the session of its launcher. Disposing it closes the session and leaves the pod. */
export class ClusterPod implements Pod, ReadySandbox, Disposable {
  readonly launcher: PodLauncher;
  readonly job: string;
  readonly name: string;
  readonly uid: string;
  readonly session: Session;
  readonly ended: Promise<void>;
  readonly #cluster: Cluster;
  readonly #watch: PodWatch;
  readonly #removeJob: (name: string) => Promise<void>;
  readonly #endWatch: Disposable;

  constructor({ cluster, launcher, job, pod, session, removeJob }: ClusterPodOptions) {
    this.launcher = launcher;
    this.job = job;
    this.name = pod.metadata?.name ?? '';
    this.uid = pod.metadata?.uid ?? '';
    this.session = session;
    this.#cluster = cluster;
    this.#removeJob = removeJob;
    this.#watch = new PodWatch(cluster, job, pod);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    const check = (): void => {
      if (!ALIVE.has(this.observe().state)) resolve();
    };
    this.#endWatch = this.#watch.onChange(check);
    check();
  }

  get node(): string | null {
    return this.#watch.pod?.spec?.nodeName ?? null;
  }

  get reachable(): boolean {
    return this.#cluster.problem === null;
  }

  get canServe(): boolean {
    const { attached, program, broken } = this.session;
    return attached && program.state === 'waiting' && broken === null && ALIVE.has(this.observe().state);
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
    this.session.bye();
    // The stream stays open meanwhile, or what was just said would not go out.
    void this.#removeJob(this.job).finally(() => this[Symbol.dispose]());
  }

  [Symbol.dispose](): void {
    this.#endWatch[Symbol.dispose]();
    this.#watch[Symbol.dispose]();
    this.session[Symbol.dispose]();
  }
}

const ALIVE: ReadonlySet<PodState['state']> = new Set(['pending', 'running', 'unknown']);

const BOUNDS = { firstMs: 250, maxMs: 5000 };

/**
 * The pod of that name and uid, or null when it is certainly not there. Reads are retried while they fail: a failed read
 * says nothing. `aborted` when the signal aborts before.
 */
export async function findPod(
  cluster: Cluster,
  { name, uid }: { readonly name: string; readonly uid: string },
  signal: AbortSignal,
): Promise<V1Pod | null | 'aborted'> {
  for (let failures = 0; !signal.aborted; ) {
    const watched = cluster.pods.get(name);
    if (watched?.metadata?.uid === uid) return watched;
    try {
      const read = await cluster.getPod(name);
      return read?.metadata?.uid === uid ? read : null;
    } catch {
      failures += 1;
      await sleep(backOffMs(failures, BOUNDS), signal);
    }
  }
  return 'aborted';
}

/** A pod that is not removed is released after this long, milliseconds: another process has its execution by then. */
const KEPT_MS = 60_000;

/** Pods whose program has ended, until they are removed: their launchers are still to receive `bye`. */
export class ServedPods implements Disposable {
  readonly #kept = new Map<string, { readonly pod: ClusterPod; readonly timer: NodeJS.Timeout }>();

  keep(execution: string, pod: ClusterPod): void {
    this.release(execution);
    const timer = setTimeout(() => this.release(execution), KEPT_MS).unref();
    const kept = { pod, timer };
    this.#kept.set(execution, kept);
    void pod.ended.then(() => {
      if (this.#kept.get(execution) === kept) this.release(execution);
    });
  }

  get(execution: string): ClusterPod | undefined {
    return this.#kept.get(execution)?.pod;
  }

  /** Closes its session. */
  release(execution: string): void {
    const kept = this.#kept.get(execution);
    if (kept === undefined) return;
    this.#kept.delete(execution);
    clearTimeout(kept.timer);
    kept.pod[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    for (const execution of [...this.#kept.keys()]) this.release(execution);
  }
}
