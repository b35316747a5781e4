import type { Logger } from '../../../executions/telemetry.ts';
import type { Cluster } from '../cluster.ts';
import { jobManifest } from '../job/manifest.ts';
import { jobName, randomUser } from '../job/names.ts';
import type { PodTemplate } from '../job/template.ts';
import type { PodKind } from '../pool/pools.ts';
import type { StartPod } from '../pool/start.ts';
import { Arrivals } from './arrivals.ts';
import type { ClusterPod } from './cluster-pod.ts';
import { JobStart } from './job-start.ts';
import type { LauncherName } from './pod.ts';

export interface JobStarterParts {
  readonly cluster: Cluster;
  readonly images: { readonly [launcher in LauncherName]: string };
  readonly template: PodTemplate | null;
  /** From a pod's arrival on its node to its end at the latest. */
  readonly deadlineSeconds: number;
  /** Id of this process. */
  readonly owner: string;
  readonly removeJob: (name: string) => Promise<void>;
  readonly longestStartMs: number;
  readonly logger: Logger;
}

/** Makes Jobs and remembers what their interpreters said of themselves. */
export class JobStarter {
  readonly #parts: JobStarterParts;
  readonly #arrivals: { readonly [launcher in LauncherName]: Arrivals } = {
    python: new Arrivals(),
    javascript: new Arrivals(),
  };
  readonly #versions = new Map<LauncherName, string>();
  readonly #starts = new Set<Promise<unknown>>();
  /** Told when an interpreter's version became known. */
  onVersion: () => void = () => undefined;

  constructor(parts: JobStarterParts) {
    this.#parts = parts;
  }

  version(launcher: LauncherName): string | null {
    return this.#versions.get(launcher) ?? null;
  }

  /** Settles when no start is under way. */
  settled(): Promise<unknown> {
    return Promise.allSettled(this.#starts);
  }

  /** Begins pods of that kind. */
  of(kind: PodKind): StartPod<ClusterPod> {
    return (changed) => this.#start(kind, changed);
  }

  #start({ launcher, memoryMb, cpuMillis }: PodKind, changed: () => void): JobStart {
    const { cluster, images, template, deadlineSeconds, owner, removeJob, longestStartMs, logger } =
      this.#parts;
    const manifest = jobManifest({
      name: jobName(launcher),
      launcher,
      image: images[launcher],
      limits: { memoryMb, cpuMillis },
      deadlineSeconds,
      owner,
      user: randomUser(),
      template,
    });
    const told = (version: string): void => {
      if (this.#versions.get(launcher) === version) return;
      this.#versions.set(launcher, version);
      this.onVersion();
    };
    const start = new JobStart(
      {
        cluster,
        launcher,
        manifest,
        removeJob,
        told,
        arrivals: this.#arrivals[launcher],
        longestStartMs,
        logger,
      },
      changed,
    );
    this.#starts.add(start.ready);
    const over = (): void => void this.#starts.delete(start.ready);
    start.ready.then(over, over);
    return start;
  }
}
