import type { Logger } from '../../../executions/telemetry.ts';
import type { LauncherName } from '../../languages/language.ts';
import type { Pace } from '../../pool/pool-options.ts';
import type { SandboxKind } from '../../pool/pools.ts';
import type { Cluster } from '../cluster.ts';
import { jobName, randomUser } from '../job/mandatory.ts';
import { jobManifest } from '../job/manifest.ts';
import type { PodTemplate } from '../job/template.ts';
import { LauncherMaps } from '../launchers/launcher.ts';
import type { Ready } from '../session/frames.ts';
import { StartLatency } from './early-attach.ts';
import { JobStart } from './job-start.ts';

export interface PodSourceOptions {
  readonly cluster: Cluster;
  readonly images: { readonly [launcher in LauncherName]: string };
  readonly template: PodTemplate | null;
  /** From a pod's arrival on its node to its end at the latest. */
  readonly deadlineSeconds: number;
  /** Id of this process. */
  readonly owner: string;
  readonly removeJob: (name: string) => Promise<void>;
  readonly maxStartMs: number;
  readonly logger: Logger;
}

/** Starts pods of each kind, and keeps what their launchers reported of their interpreters. */
export class PodSource {
  readonly #options: PodSourceOptions;
  readonly #startLatency: { readonly [launcher in LauncherName]: StartLatency } = {
    python: new StartLatency(),
    javascript: new StartLatency(),
  };
  readonly #launcherMaps: LauncherMaps;
  /** The notices that the launchers reported last. */
  readonly #notices = new Map<LauncherName, string | null>();
  readonly #versions = new Map<LauncherName, string>();
  readonly #starts = new Set<Promise<unknown>>();
  /** Called when an interpreter's version has become known. */
  onVersion: () => void = () => undefined;

  constructor(options: PodSourceOptions) {
    this.#options = options;
    this.#launcherMaps = new LauncherMaps(options.cluster);
  }

  version(launcher: LauncherName): string | null {
    return this.#versions.get(launcher) ?? null;
  }

  /** Settles when no start is under way. */
  settled(): Promise<unknown> {
    return Promise.allSettled(this.#starts);
  }

  /** Begins pods of that kind. */
  of(kind: SandboxKind<LauncherName>): (changed: () => void) => JobStart {
    return (changed) => this.#start(kind, changed);
  }

  #start({ launcher, memoryMb, cpuMillis }: SandboxKind<LauncherName>, changed: () => void): JobStart {
    const { cluster, images, template, deadlineSeconds, owner, removeJob, maxStartMs, logger } =
      this.#options;
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
    const onReady = ({ version, notice }: Ready): void => {
      this.#logNotice(launcher, notice);
      if (this.#versions.get(launcher) === version) return;
      this.#versions.set(launcher, version);
      this.onVersion();
    };
    const start = new JobStart(
      {
        cluster,
        launcher,
        launcherMaps: this.#launcherMaps,
        manifest,
        removeJob,
        onReady,
        startLatency: this.#startLatency[launcher],
        maxStartMs,
        logger,
      },
      changed,
    );
    this.#starts.add(start.ready);
    const over = (): void => void this.#starts.delete(start.ready);
    start.ready.then(over, over);
    return start;
  }

  #logNotice(launcher: LauncherName, notice: string | null): void {
    if ((this.#notices.get(launcher) ?? null) === notice) return;
    this.#notices.set(launcher, notice);
    if (notice !== null)
      this.#options.logger.warn({ launcher, image: this.#options.images[launcher] }, notice);
  }
}

/** A pod serves at most half an hour after it got ready; what its deadline has to cover beside its run. */
const MAX_IDLE_MS = 30 * 60_000;

/** How fast pods are made, and how long they are kept. */
export const POD_PACE: Pace = {
  maxStarting: 16,
  maxRefilling: 4,
  refillAfterMs: 50,
  refillsWhileAwaited: false,
  prepareAfterMs: Number.POSITIVE_INFINITY,
  backOff: { firstMs: 1000, maxMs: 60_000 },
  // What a wait comes to is decided by its condition and how long that lasts.
  maxFailures: Number.POSITIVE_INFINITY,
  renewAfterMs: 20 * 60_000,
  maxIdleMs: MAX_IDLE_MS,
  // Its launcher receives nothing either, and exits.
  maxUnresponsiveMs: 60_000,
};
