import type { CoreV1Event, V1Job, V1Pod } from '@kubernetes/client-node';
import type { Logger } from '../../../executions/telemetry.ts';
import { ApiError, isPassing, isStanding } from '../api/error.ts';
import type { Cluster } from '../cluster.ts';
import { Conversation } from '../conversation/conversation.ts';
import { type Hindrance, StartError } from '../pool/hindrance.ts';
import type { StartingPod } from '../pool/start.ts';
import type { Arrivals } from './arrivals.ts';
import { ClusterPod } from './cluster-pod.ts';
import { diagnose } from './diagnose.ts';
import { EarlyAttach } from './early-attach.ts';
import type { LauncherName, PodState } from './pod.ts';

export interface StartingPodParts {
  readonly cluster: Cluster;
  readonly launcher: LauncherName;
  readonly manifest: V1Job;
  readonly removeJob: (name: string) => Promise<void>;
  /** The interpreter's version, as its launcher told. */
  readonly told: (version: string) => void;
  /** Of this kind of pod. */
  readonly arrivals: Arrivals;
  /** How long a pod may be starting for no reason that is known, milliseconds. */
  readonly longestStartMs: number;
  readonly logger: Logger;
}

/** A node tries to pull ever more rarely; a pod made anew is tried at once. Milliseconds. */
const IMAGE_MS = 60_000;
/** How long a launcher may take to get ready once its container runs, milliseconds. */
const LAUNCHER_MS = 60_000;
/** Events are asked for when nothing else tells what it waits for, after so long, then every so often. Milliseconds. */
const SILENT_MS = 1000;
const EVENTS_EVERY_MS = 5000;
/** A pod on its node takes longer, and seldom needs explaining. Milliseconds. */
const SILENT_ON_NODE_MS = 10_000;
const LOOK_MS = 500;

/** One Job, from its creation until its pod's launcher has answered. */
export class JobStart implements StartingPod<ClusterPod> {
  readonly job: string;
  readonly ready: Promise<ClusterPod>;
  readonly #parts: StartingPodParts;
  readonly #changed: () => void;
  readonly #given = new AbortController();
  readonly #began = performance.now();
  #hindrance: Hindrance | null = null;
  /** When the cause of the hindrance was seen first. */
  #since = performance.now();
  #job: V1Job | null = null;
  #jobSeen = false;
  /** The first pod; one that a controller makes anew is never given a program. */
  #pod: V1Pod | null = null;
  #conversation: Conversation | null = null;
  readonly #runs = Promise.withResolvers<void>();
  #events: readonly CoreV1Event[] = [];
  #eventsDue: number;
  /** Whether something may have changed since the last look. */
  #isNews = false;
  #endPause: () => void = () => undefined;

  /** @param changed called when `hindrance` has changed */
  constructor(parts: StartingPodParts, changed: () => void) {
    this.#parts = parts;
    this.#changed = changed;
    this.job = parts.manifest.metadata?.name ?? '';
    this.#eventsDue = this.#began + SILENT_MS;
    this.ready = this.#start();
    // Whoever gives it up does not wait for it.
    this.ready.catch(() => undefined);
  }

  get hindrance(): Hindrance | null {
    return this.#hindrance;
  }

  abandon(): void {
    this.#given.abort();
    this.#wake();
  }

  async #start(): Promise<ClusterPod> {
    const { cluster } = this.#parts;
    using watches = new DisposableStack();
    watches.use(
      cluster.pods.onChange((_, pod) => (pod === null || this.#owns(pod) ? this.#wake() : undefined)),
    );
    watches.use(cluster.jobs.onChange((name) => (name === this.job ? this.#wake() : undefined)));
    try {
      this.#job = await cluster.createJob(this.#parts.manifest);
      await this.#running();
      return await this.#answered();
    } catch (cause) {
      this.#conversation?.[Symbol.dispose]();
      // Without an answer it may have been made all the same.
      if (this.#job !== null || isPassing(cause)) void this.#parts.removeJob(this.job);
      throw asStartError(cause);
    }
  }

  /** Resolves when its pod's container runs: as its status tells, or because its launcher has answered. */
  async #running(): Promise<void> {
    for (;;) {
      const state = this.#observe();
      if (state.state === 'running') {
        this.#runs.resolve();
        return;
      }
      if (this.#conversation?.attached) return;
      if (state.state === 'pending') this.#hinder(state);
      else if (state.state !== 'unknown')
        throw new StartError({ cause: causeOf(state), message: state.message });
      if (this.#pod?.spec?.nodeName) this.#converse(this.#pod);
      await this.#readEvents();
      await this.#change();
    }
  }

  /** The pod, once its launcher has answered. */
  async #answered(): Promise<ClusterPod> {
    const { cluster, launcher, removeJob, told } = this.#parts;
    const pod = this.#pod;
    if (pod === null) throw new StartError({ cause: 'failed', message: 'Its pod is not known.' });
    const conversation = this.#converse(pod);
    const limit = AbortSignal.timeout(LAUNCHER_MS);
    const ended = new AbortController();
    try {
      const opening = conversation.open(AbortSignal.any([limit, this.#given.signal, ended.signal]));
      void this.#alive(opening).catch((cause: unknown) => ended.abort(cause));
      const ready = await opening;
      told(ready.version);
      return new ClusterPod({
        cluster,
        launcher,
        job: this.job,
        pod: this.#pod ?? pod,
        conversation,
        removeJob,
      });
    } catch (cause) {
      if (!limit.aborted) throw cause;
      const message = `Its launcher was not ready ${LAUNCHER_MS / 1000} s after its container had started.`;
      throw new StartError({ cause: 'failed', message }, cause);
    }
  }

  /** The way to its launcher, which it begins to look for. */
  #converse({ metadata }: V1Pod): Conversation {
    if (this.#conversation !== null) return this.#conversation;
    const { cluster, arrivals, logger } = this.#parts;
    const name = metadata?.name ?? '';
    const early = new EarlyAttach(arrivals, this.#runs.promise);
    const conversation = new Conversation({
      attach: (handlers, signal) => early.attach(() => cluster.attach(name, handlers, signal), signal),
      after: 0,
      logger,
    });
    const wake = (): void => this.#wake();
    conversation.open(this.#given.signal).then(wake, wake);
    this.#conversation = conversation;
    return conversation;
  }

  /** Rejects when the pod ends before `opening` has settled. */
  async #alive(opening: Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = (): void => {
      isOver = true;
      this.#wake();
    };
    opening.then(over, over);
    while (!isOver) {
      const state = this.#observe();
      if (state.state === 'running') this.#runs.resolve();
      else if (state.state !== 'pending' && state.state !== 'unknown') {
        throw new StartError({ cause: 'failed', message: state.message });
      }
      await this.#change();
    }
  }

  #wake(): void {
    this.#isNews = true;
    this.#endPause();
  }

  #observe(): PodState {
    this.#isNews = false;
    const { pods, jobs } = this.#parts.cluster;
    const job = jobs.get(this.job);
    if (job) [this.#job, this.#jobSeen] = [job, true];
    this.#pod ??= pods.list().find((pod) => this.#owns(pod)) ?? null;
    if (this.#pod === null) {
      // The Job was made; until the watch has told of it, that it is not told of means nothing.
      return diagnose({ pod: null, job: job ?? (this.#jobSeen ? null : this.#job), jobEvents: this.#events });
    }
    const pod = pods.get(this.#pod.metadata?.name ?? '');
    const isSame = pod?.metadata?.uid === this.#pod.metadata?.uid;
    if (pod && isSame) this.#pod = pod;
    return diagnose({
      pod: isSame ? pod : null,
      job: job ?? null,
      lastPod: this.#pod,
      podEvents: this.#events,
    });
  }

  #owns(pod: V1Pod): boolean {
    const uid = this.#job?.metadata?.uid;
    return uid !== undefined && (pod.metadata?.ownerReferences ?? []).some((owner) => owner.uid === uid);
  }

  /** @throws StartError when a start made anew has a better chance */
  #hinder({ cause, message }: Hindrance): void {
    const now = performance.now();
    if (cause !== this.#hindrance?.cause) this.#since = now;
    const isNews = message !== this.#hindrance?.message;
    this.#hindrance = { cause, message };
    // The Job controller tries again ever more rarely, up to ten minutes apart. A queue's Job is left in its queue.
    const isRefused = this.#pod === null && cause !== 'starting' && !this.#job?.spec?.suspend;
    const isStale = cause === 'image' && now - this.#since > IMAGE_MS;
    if (isRefused || isStale) throw new StartError(this.#hindrance);
    if (cause === 'starting' && now - this.#since > this.#parts.longestStartMs) {
      const seconds = Math.round(this.#parts.longestStartMs / 1000);
      throw new StartError({ cause: 'failed', message: `It did not start within ${seconds} s: ${message}` });
    }
    if (isNews) this.#changed();
  }

  async #readEvents(): Promise<void> {
    const { cluster } = this.#parts;
    const now = performance.now();
    const isOnNode = this.#pod?.spec?.nodeName !== undefined;
    if (isOnNode) this.#eventsDue = Math.max(this.#eventsDue, this.#since + SILENT_ON_NODE_MS);
    // A pod without a node says itself why.
    if (now < this.#eventsDue || (this.#pod !== null && !isOnNode)) return;
    this.#eventsDue = now + EVENTS_EVERY_MS;
    try {
      this.#events = this.#pod
        ? await cluster.listEvents('Pod', this.#pod.metadata?.name ?? '')
        : await cluster.listEvents('Job', this.job);
      this.#wake();
    } catch (err) {
      // They only explain.
      this.#parts.logger.debug({ err, job: this.job }, 'events could not be read');
    }
  }

  /** Resolves when something may have changed. @throws StartError when it was given up */
  async #change(): Promise<void> {
    if (!this.#isNews && !this.#given.signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS).unref();
        this.#endPause = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    if (this.#given.signal.aborted) throw new StartError({ cause: 'failed', message: 'It was given up.' });
  }
}

function causeOf(state: Exclude<PodState, { state: 'running' | 'pending' | 'unknown' }>): Hindrance['cause'] {
  if (state.reason === 'IMAGE_UNAVAILABLE') return 'image';
  return state.reason === 'UNSCHEDULABLE' ? 'scheduling' : 'failed';
}

function asStartError(cause: unknown): StartError {
  if (cause instanceof StartError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (!(cause instanceof ApiError)) return new StartError({ cause: 'failed', message }, cause);
  const isCluster = isPassing(cause) || isStanding(cause) || cause.failure === 'closed';
  return new StartError({ cause: isCluster ? 'cluster' : 'refused', message }, cause);
}
