import type { CoreV1Event, V1Job } from '@kubernetes/client-node';
import { Latch } from '../../../async/latch.ts';
import { sleep } from '../../../async/sleep.ts';
import type { Logger } from '../../../executions/telemetry.ts';
import { type Condition, StartError } from '../../pool/condition.ts';
import type { StartingSandbox } from '../../pool/sandbox.ts';
import { ApiError, isPermanent, isTransient } from '../api/error.ts';
import type { Cluster } from '../cluster.ts';
import type { PodLauncher } from '../environments.ts';
import type { LauncherMaps } from '../launchers/launcher.ts';
import type { Ready } from '../session/frames.ts';
import { Session } from '../session/session.ts';
import { ClusterPod } from './cluster-pod.ts';
import { computeStart, type ObservedStart, type Waiting, waitingNow } from './compute-start.ts';
import { missingLauncher } from './diagnose-pending.ts';
import { EarlyAttach, type StartLatency } from './early-attach.ts';
import { JobWatch } from './watch.ts';

export interface JobStartOptions {
  readonly cluster: Cluster;
  readonly launcher: PodLauncher;
  readonly launcherMaps: LauncherMaps;
  readonly manifest: V1Job;
  readonly removeJob: (name: string) => Promise<void>;
  /** Called with what its launcher reports of itself, before it has a program. */
  readonly onReady: (ready: Ready) => void;
  /** Of this kind of pod. */
  readonly startLatency: StartLatency;
  /** How long a pod may be starting for no reason that is known, milliseconds. */
  readonly maxStartMs: number;
  readonly logger: Logger;
}

/**
 * The start of one Job, from its creation until its pod's launcher is ready. It runs by itself from construction on: once
 * the Job is created it observes Job, pod and session, has `computeStart` say what is next, and does that, whenever one of
 * them changes and every half a second. `ready` resolves to the pod, which owns the session from then on, or rejects with
 * a `StartError`; then the session is closed and the Job's deletion begun.
 *
 * What must stay true: `ready` settles exactly once; a Job is never left behind by a start that failed, also when the
 * response to its creation was lost; only the first pod of the Job counts, one that the controller creates after it is
 * never given a program.
 */
export class JobStart implements StartingSandbox<ClusterPod> {
  readonly job: string;
  readonly ready: Promise<ClusterPod>;
  readonly #options: JobStartOptions;
  readonly #changed: () => void;
  readonly #watch: JobWatch;
  readonly #cancelled = new AbortController();
  readonly #beganAt = performance.now();
  /** Opened when something may have changed. */
  readonly #news = new Latch();
  /** Resolves when the pod's status shows that its container runs. */
  readonly #runs = Promise.withResolvers<void>();
  #waiting: Waiting | null = null;
  #runningSince: number | null = null;
  #events: { readonly readAt: number; readonly list: readonly CoreV1Event[] } | null = null;
  #session: Session | null = null;
  #sessionState: ObservedStart['session'] = 'none';
  /** The launcher's first. */
  #response: Ready | null = null;
  /** The condition's message of which `changed` was called last. */
  #reported: string | undefined;

  /** @param changed called when `condition` has changed */
  constructor(options: JobStartOptions, changed: () => void) {
    this.#options = options;
    this.#changed = changed;
    this.job = options.manifest.metadata?.name ?? '';
    this.#watch = new JobWatch(options.cluster, this.job);
    this.ready = this.#start();
    // Whoever cancels it does not wait for it.
    this.ready.catch(() => undefined);
  }

  get condition(): Condition | null {
    return this.#waiting?.condition ?? null;
  }

  cancel(): void {
    this.#cancelled.abort();
    this.#news.open();
  }

  async #start(): Promise<ClusterPod> {
    const { cluster, launcher, launcherMaps, manifest, removeJob } = this.#options;
    using _watching = this.#watch.onChange(() => this.#news.open());
    try {
      await launcherMaps.ensure(launcher);
      this.#watch.created(await cluster.createJob(manifest));
      return await this.#reconcile();
    } catch (cause) {
      this.#session?.[Symbol.dispose]();
      // Without a response it may have been created all the same.
      if (this.#watch.isCreated || isTransient(cause)) void removeJob(this.job);
      throw asStartError(cause);
    }
  }

  /** Resolves to the pod that is ready. @throws StartError when none comes of this start */
  async #reconcile(): Promise<ClusterPod> {
    for (;;) {
      this.#news.close();
      const next = computeStart(this.#observe(), performance.now());
      if (next.step === 'ready') return this.#pod();
      if (next.step === 'fail') throw new StartError(next.condition);
      this.#reportCondition();
      switch (next.step) {
        case 'attach':
          this.#attach();
          break;
        case 'read events':
          await this.#readEvents();
          break;
        case 'wait':
          await this.#change(next.until - performance.now());
      }
    }
  }

  #observe(): ObservedStart {
    const pod = this.#watch.observe(this.#events?.list ?? []);
    const now = performance.now();
    if (pod.state === 'running') {
      this.#runningSince ??= now;
      this.#runs.resolve();
    }
    if (this.#runningSince === null) this.#waiting = waitingNow(this.#waiting, pod, now);
    return {
      beganAt: this.#beganAt,
      isCancelled: this.#cancelled.signal.aborted,
      pod,
      hasPod: this.#watch.pod !== null,
      isOnNode: this.#watch.isOnNode,
      isSuspended: this.#watch.isSuspended,
      waiting: this.#waiting,
      runningSince: this.#runningSince,
      eventsReadAt: this.#events?.readAt ?? null,
      session: this.#sessionState,
      maxStartMs: this.#options.maxStartMs,
    };
  }

  #reportCondition(): void {
    const message = this.condition?.message;
    if (message === this.#reported) return;
    this.#reported = message;
    this.#changed();
  }

  #pod(): ClusterPod {
    const { cluster, launcher, removeJob, onReady } = this.#options;
    const pod = this.#watch.pod;
    if (pod === null || this.#session === null || this.#response === null)
      throw new Error('Expected a pod with a session and its response, got none.');
    onReady(this.#response);
    return new ClusterPod({ cluster, launcher, job: this.job, pod, session: this.#session, removeJob });
  }

  /** Opens the session of its launcher, as soon as that can be attached to. */
  #attach(): void {
    const { cluster, startLatency, logger } = this.#options;
    const name = this.#watch.pod?.metadata?.name ?? '';
    const early = new EarlyAttach(startLatency, this.#runs.promise);
    const session = new Session({
      attach: (handlers, signal) => early.attach(() => cluster.attach(name, handlers, signal), signal),
      after: 0,
      logger,
    });
    this.#session = session;
    this.#sessionState = 'attaching';
    session.open(this.#cancelled.signal).then(
      (ready) => {
        this.#response = ready;
        this.#sessionState = 'responded';
        this.#news.open();
      },
      (cause: unknown) => {
        this.#sessionState = { failure: messageOf(cause) };
        this.#news.open();
      },
    );
  }

  async #readEvents(): Promise<void> {
    const { cluster, logger } = this.#options;
    const readAt = performance.now();
    const pod = this.#watch.pod?.metadata?.name;
    let list = this.#events?.list ?? [];
    try {
      list = pod ? await cluster.listEvents('Pod', pod) : await cluster.listEvents('Job', this.job);
    } catch (err) {
      // They only explain.
      logger.debug({ err, job: this.job }, 'events could not be read');
    }
    this.#events = { readAt, list };
    if (pod) await this.#restoreLauncher(list);
  }

  async #restoreLauncher(events: readonly CoreV1Event[]): Promise<void> {
    const { launcher, launcherMaps, logger } = this.#options;
    const missing = events.map(missingLauncher).find((name) => name !== null);
    if (missing === undefined) return;
    try {
      await launcherMaps.restore(launcher);
      logger.warn({ job: this.job, configMap: missing }, "a launcher's ConfigMap was missing");
    } catch (err) {
      // The next reading of the events tries again.
      logger.warn(
        { err, job: this.job, configMap: missing },
        "a launcher's ConfigMap could not be made again",
      );
    }
  }

  /** Resolves when something may have changed, after `ms` at the latest. */
  async #change(ms: number): Promise<void> {
    const over = new AbortController();
    await Promise.race([this.#news.opened, sleep(ms, over.signal)]);
    over.abort();
  }
}

function asStartError(cause: unknown): StartError {
  if (cause instanceof StartError) return cause;
  const message = messageOf(cause);
  if (!(cause instanceof ApiError)) return new StartError({ type: 'failed', message }, cause);
  const isCluster = isTransient(cause) || isPermanent(cause) || cause.failure === 'closed';
  return new StartError({ type: isCluster ? 'cluster' : 'refused', message }, cause);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
