import type { Logger } from '../../../executions/telemetry.ts';
import type { Pace } from '../../pool/pool-options.ts';
import type { SandboxKind } from '../../pool/pools.ts';
import type { Cluster } from '../cluster.ts';
import { distinct, type Environment, type Environments } from '../environments.ts';
import { jobName, randomUser } from '../job/mandatory.ts';
import { jobManifest } from '../job/manifest.ts';
import type { PodTemplate } from '../job/template.ts';
import { LauncherMaps } from '../launchers/launcher.ts';
import type { Ready } from '../session/frames.ts';
import { StartLatency } from './early-attach.ts';
import { JobStart } from './job-start.ts';

export interface PodSourceOptions {
  readonly cluster: Cluster;
  readonly environments: Environments;
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
  /** By their names. */
  readonly #environments: ReadonlyMap<string, Environment>;
  readonly #startLatency = new Map<string, StartLatency>();
  readonly #launcherMaps: LauncherMaps;
  /** The notices that the launchers reported last. */
  readonly #notices = new Map<string, string | null>();
  readonly #versions = new Map<string, string>();
  readonly #starts = new Set<Promise<unknown>>();
  /** Called when an interpreter's version has become known. */
  onVersion: () => void = () => undefined;

  constructor(options: PodSourceOptions) {
    this.#options = options;
    this.#environments = new Map(distinct(options.environments).map((one) => [one.name, one]));
    this.#launcherMaps = new LauncherMaps(options.cluster);
  }

  /** Of the interpreter that serves an environment, by its name; null until a launcher has reported it. */
  version(environment: string): string | null {
    return this.#versions.get(environment) ?? null;
  }

  /** Settles when no start is under way. */
  settled(): Promise<unknown> {
    return Promise.allSettled(this.#starts);
  }

  /** Begins pods of that kind: of the environment that it names. */
  of(kind: SandboxKind<string>): (changed: () => void) => JobStart {
    return (changed) => this.#start(kind, changed);
  }

  #start({ launcher: name, memoryMb, cpuMillis }: SandboxKind<string>, changed: () => void): JobStart {
    const environment = this.#environments.get(name);
    if (environment === undefined) throw new Error(`Expected an environment, got ${name}`);
    const { launcher, image, compileMb } = environment;
    const { cluster, template, deadlineSeconds, owner, removeJob, maxStartMs, logger } = this.#options;
    const manifest = jobManifest({
      name: jobName(launcher),
      launcher,
      image,
      limits: { memoryMb, cpuMillis },
      compileMb,
      deadlineSeconds,
      owner,
      user: randomUser(),
      template,
    });
    const onReady = ({ version, notice }: Ready): void => {
      this.#logNotice(environment, notice);
      if (this.#versions.get(name) === version) return;
      this.#versions.set(name, version);
      this.onVersion();
    };
    const startLatency = this.#startLatency.get(name) ?? new StartLatency();
    this.#startLatency.set(name, startLatency);
    const start = new JobStart(
      {
        cluster,
        launcher,
        launcherMaps: this.#launcherMaps,
        manifest,
        removeJob,
        onReady,
        startLatency,
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

  #logNotice({ name, launcher, image }: Environment, notice: string | null): void {
    if ((this.#notices.get(name) ?? null) === notice) return;
    this.#notices.set(name, notice);
    if (notice !== null) this.#options.logger.warn({ launcher, image }, notice);
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
