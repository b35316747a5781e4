import type { ClusterPod } from './cluster-pod.ts';

/** A pod whose removal nobody asks for is let go of, milliseconds: its execution is another process's by then. */
const KEPT_MS = 60_000;

/** Pods whose program has ended, until they are removed: their launchers are to be told that they may go. */
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

  /** Closes its conversation. */
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
