import { allSettledWithin } from '../../async/timeout.ts';
import type { Execution, RunnerInfo } from '../../executions/execution.ts';
import type { Adoption, RunObserver, RunRequest } from '../../executions/run.ts';
import type { Runner, RunnerCheck, RunOutcome, RuntimeInfo, WarmSandboxes } from '../../executions/runner.ts';
import type { Logger } from '../../executions/telemetry.ts';
import type { Language } from '../languages/language.ts';
import type { Pools, Taken } from '../pool/pools.ts';
import {
  DETACHED,
  ended,
  notStarted,
  type SandboxOutcome,
  stoppedBeforeStart,
} from '../run/endings/outcome.ts';
import type { Cluster } from './cluster.ts';
import { type Environments, environmentOf } from './environments.ts';
import { ClusterPod, findPod, ServedPods } from './pods/cluster-pod.ts';
import type { Jobs } from './pods/jobs.ts';
import type { RetryQueue } from './pods/retry-queue.ts';
import { adoptInPod, runInPod } from './run/run.ts';
import { Session } from './session/session.ts';
import { KubernetesSessions } from './sessions/sessions.ts';

export interface RunnerOptions {
  readonly cluster: Cluster;
  readonly pools: Pools<ClusterPod, string>;
  /** Those that have an environment. */
  readonly languages: readonly Language[];
  readonly environments: Environments;
  readonly jobs: Jobs;
  readonly retryQueue: RetryQueue;
  /** Settles when no Job is being made, or made ready, any more. */
  readonly startsSettled: () => Promise<unknown>;
  /** As far as is known now. */
  readonly runtimes: () => readonly RuntimeInfo[];
  readonly logger: Logger;
}

/** Executions at once when nothing is configured: a small cluster's worth. */
const MAX_RUNNING = 32;
/** Pods tried for an execution when they end before its program has started. */
const PODS = 3;
/** How long a close may take to delete what no execution got, milliseconds. */
const CLOSE_MS = 5000;

/** Runs each program in a pod of its own, or in the one that its session keeps; they go on without this process. */
export class KubernetesRunner implements Runner {
  readonly kind = 'kubernetes';
  readonly outlivesProcess = true;
  readonly sessions: KubernetesSessions;
  readonly isolation = 'a pod for each';
  readonly warning = null;
  readonly defaultMaxRunning = MAX_RUNNING;
  readonly #options: RunnerOptions;
  readonly #served = new ServedPods();
  readonly #closing = new AbortController();
  #closed: Promise<void> | null = null;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.sessions = new KubernetesSessions({ ...options, closing: this.#closing.signal });
    options.pools.fill();
  }

  get runtimes(): readonly RuntimeInfo[] {
    return this.#options.runtimes();
  }

  async run(request: RunRequest, observer: RunObserver, stop: AbortSignal): Promise<RunOutcome> {
    const { jobs } = this.#options;
    const closing = this.#closing.signal;
    /** The Job that the record names. */
    let named = null as string | null;
    let given = 0;
    for (let attempt = 1; ; attempt++) {
      const waited = await this.#pod(request, observer, stop);
      if (waited.kind !== 'ready') return waited;
      const { sandbox: pod, warm } = waited;
      const onBound = (): void => {
        if (named !== null) void jobs.delete(named);
        named = pod.job;
      };
      jobs.label(pod.job, request.id);
      const running = runInPod(pod, request, observer, {
        language: this.#language(request.language),
        warm,
        onBound,
        stop,
        closing,
      });
      const outcome = await this.#outcome(request.id, pod, running, () => named === pod.job);
      if (outcome.kind !== 'notStarted') return outcome;
      const { sandboxEnd } = outcome;
      if (sandboxEnd !== null) given += 1;
      // Most likely it is the program's own doing: it is not to go round the queue for ever.
      if (sandboxEnd !== null && given === PODS) return ended(sandboxEnd);
      if (attempt === PODS || stop.aborted || closing.aborted) return outcome;
    }
  }

  async adopt(adoption: Adoption, observer: RunObserver, stop: AbortSignal): Promise<RunOutcome | null> {
    const { id, language, status, runner } = adoption.execution;
    if (!runner?.job || !runner.pod || !runner.podUid) {
      if (status !== 'STARTING') return null;
      return notStarted('It had not been given a pod yet.');
    }
    const record = this.#options.languages.find((one) => one.name === language);
    // This server knows it no more: what runs there cannot be followed by its rules.
    if (record === undefined) return null;
    const { job, pod: name, podUid: uid } = runner;
    const found = await this.#find(name, uid, stop);
    if (found === null) return null;
    if (found === 'aborted') return DETACHED;
    const { cluster, environments, jobs, logger } = this.#options;
    const pod = new ClusterPod({
      cluster,
      launcher: environments.get(language)?.launcher ?? 'shell',
      job,
      pod: found,
      session: new Session({
        attach: (handlers, signal) => cluster.attach(name, handlers, signal),
        after: adoption.after,
        logger,
      }),
      removeJob: (name) => jobs.delete(name),
    });
    jobs.label(job, id);
    const stops = { stop, closing: this.#closing.signal };
    return this.#outcome(id, pod, adoptInPod(pod, adoption, observer, record, stops), () => true);
  }

  async remove(ended: Pick<Execution, 'id' | 'runner'>): Promise<void> {
    const served = this.#served.get(ended.id);
    served?.session.bye();
    try {
      // One that was never bound is written down nowhere.
      await this.#options.jobs.deleteOf(ended.id, [ended.runner?.job, served?.job]);
    } finally {
      this.#served.release(ended.id);
    }
  }

  /** By the Job's name alone: another process may have labelled a new one with the execution's id. */
  release({ job }: RunnerInfo): void {
    if (job !== null) void this.#options.jobs.delete(job);
  }

  async listAllocations(): Promise<readonly string[]> {
    return this.#options.jobs.listAllocations();
  }

  async check(): Promise<RunnerCheck> {
    const { cluster, pools } = this.#options;
    const message = cluster.problem ?? (pools.problems.join(' ') || null);
    return { healthy: message === null, message };
  }

  warm(): readonly WarmSandboxes[] {
    return this.#options.pools.warm.map(({ warm }) => warm);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Lets go of what runs, which goes on, and leaves nothing that no execution got. */
  async #close(): Promise<void> {
    const { cluster, pools, jobs, retryQueue, startsSettled } = this.#options;
    this.#closing.abort('INTERRUPTED');
    pools[Symbol.dispose]();
    jobs[Symbol.dispose]();
    await allSettledWithin(CLOSE_MS, [startsSettled().then(() => retryQueue.settled())]);
    retryQueue[Symbol.dispose]();
    this.#served[Symbol.dispose]();
    this.sessions[Symbol.dispose]();
    await cluster[Symbol.asyncDispose]();
  }

  /**
   * What a run in a pod comes to. The pod is kept as long as its execution when that has ended, and deleted when it is
   * unused and named by no record: one that is named has to be there for a process that adopts the execution.
   */
  async #outcome(
    id: string,
    pod: ClusterPod,
    running: Promise<SandboxOutcome>,
    isNamed: () => boolean,
  ): Promise<SandboxOutcome> {
    let kind: SandboxOutcome['kind'] | null = null;
    try {
      const outcome = await running;
      kind = outcome.kind;
      return outcome;
    } finally {
      if (kind === 'ended') this.#served.keep(id, pod);
      else if (kind === 'notStarted' && !isNamed()) pod.discard();
      else pod[Symbol.dispose]();
    }
  }

  #language(name: string): Language {
    const language = this.#options.languages.find((one) => one.name === name);
    if (language === undefined) throw new Error(`Expected a language of the table, got ${name}`);
    return language;
  }

  /** A pod for the request, or what comes of it without one. */
  async #pod(request: RunRequest, observer: RunObserver, stop: AbortSignal): Promise<Taken<ClusterPod>> {
    if (this.#closing.signal.aborted) return notStarted('The runner is closing.');
    if (stop.aborted) return stoppedBeforeStart(stop);
    const { memoryMb, cpuMillis } = request.limits;
    const { pools, environments } = this.#options;
    const { name: launcher } = environmentOf(environments, request.language);
    const report = (message: string): void => observer.waiting(message);
    const waited = await pools.take({ launcher, memoryMb, cpuMillis }, report, stop);
    return stop.aborted && waited.kind === 'notStarted' ? stoppedBeforeStart(stop) : waited;
  }

  /** Waits for the cluster to respond, until the program is left to another process; a cancel has to be carried out. */
  async #find(name: string, uid: string, stop: AbortSignal): ReturnType<typeof findPod> {
    const given = new AbortController();
    const onStop = (): void => {
      if (stop.reason !== 'CANCELLED') given.abort();
    };
    if (stop.aborted) onStop();
    stop.addEventListener('abort', onStop, { once: true });
    try {
      const signal = AbortSignal.any([given.signal, this.#closing.signal]);
      return await findPod(this.#options.cluster, { name, uid }, signal);
    } finally {
      stop.removeEventListener('abort', onStop);
    }
  }
}
