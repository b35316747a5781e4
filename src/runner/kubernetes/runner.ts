import { RunnerNotReadyError } from '../../executions/errors.ts';
import type { Execution, RunnerInfo } from '../../executions/execution.ts';
import type {
  RunEnd,
  Runner,
  RunnerCheck,
  RunObserver,
  RunRequest,
  RuntimeInfo,
  TakenOver,
  WarmSandboxes,
} from '../../executions/runner.ts';
import type { Logger } from '../../executions/telemetry.ts';
import { notStarted, stoppedBeforeStart } from '../ends/not-started.ts';
import { pause } from '../pause.ts';
import type { Cluster } from './cluster.ts';
import { Conversation } from './conversation/conversation.ts';
import type { Background } from './pods/background.ts';
import { ClusterPod } from './pods/cluster-pod.ts';
import { findPod } from './pods/find.ts';
import type { Jobs } from './pods/jobs.ts';
import type { LauncherName } from './pods/pod.ts';
import { ServedPods } from './pods/served.ts';
import type { Pools } from './pool/pools.ts';
import { adoptInPod, runInPod } from './run/run.ts';
import { UnstartedError } from './run/unstarted.ts';

export interface KubernetesRunnerParts {
  readonly cluster: Cluster;
  readonly pools: Pools<ClusterPod>;
  readonly jobs: Jobs;
  readonly background: Background;
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

/** Runs each program in a pod of its own, which goes on without this process. */
export class KubernetesRunner implements Runner {
  readonly kind = 'kubernetes';
  readonly outlivesProcess = true;
  readonly defaultMaxRunning = MAX_RUNNING;
  readonly #parts: KubernetesRunnerParts;
  readonly #served = new ServedPods();
  readonly #closing = new AbortController();
  #closed: Promise<void> | null = null;

  constructor(parts: KubernetesRunnerParts) {
    this.#parts = parts;
    parts.pools.fill();
  }

  get runtimes(): readonly RuntimeInfo[] {
    return this.#parts.runtimes();
  }

  async run(request: RunRequest, observer: RunObserver, stop: AbortSignal): Promise<RunEnd> {
    const { jobs } = this.#parts;
    const closing = this.#closing.signal;
    /** The Job that the record names. */
    let named = null as string | null;
    let given = 0;
    for (let attempt = 1; ; attempt++) {
      const taken = await this.#pod(request, observer, stop);
      if ('end' in taken) return taken.end;
      const { pod, warm } = taken;
      const placed = (): void => {
        if (named !== null) void jobs.delete(named);
        named = pod.job;
      };
      try {
        jobs.label(pod.job, request.id);
        const end = await runInPod(pod, request, observer, { warm, placed, stop, closing });
        this.#served.keep(request.id, pod);
        return end;
      } catch (cause) {
        const isUnused = cause instanceof RunnerNotReadyError;
        // One that is written down, or may be, has to be there for a process that takes the execution over.
        if (isUnused && named !== pod.job) pod.discard();
        else pod[Symbol.dispose]();
        const ending = cause instanceof UnstartedError ? cause.ending : null;
        if (ending !== null) given += 1;
        // Most likely it is the program's own doing: it is not to go round the queue for ever.
        if (ending !== null && given === PODS) return notStarted(ending);
        const mayTryAgain = isUnused && attempt < PODS;
        if (!mayTryAgain || stop.aborted || closing.aborted) throw cause;
      }
    }
  }

  async adopt(taken: TakenOver, observer: RunObserver, stop: AbortSignal): Promise<RunEnd | null> {
    const { id, language, status, runner } = taken.execution;
    if (!runner?.job || !runner.pod || !runner.podUid) {
      if (status !== 'STARTING') return null;
      throw new RunnerNotReadyError('It had not been given a pod yet.');
    }
    const { job, pod: name, podUid: uid } = runner;
    const found = await this.#find(name, uid, stop);
    if (found === null) return null;
    const { cluster, jobs, logger } = this.#parts;
    const pod = new ClusterPod({
      cluster,
      launcher: launcherOf(language),
      job,
      pod: found,
      conversation: new Conversation({
        attach: (handlers, signal) => cluster.attach(name, handlers, signal),
        after: taken.after,
        logger,
      }),
      removeJob: (name) => jobs.delete(name),
    });
    try {
      jobs.label(job, id);
      const end = await adoptInPod(pod, taken, observer, { stop, closing: this.#closing.signal });
      this.#served.keep(id, pod);
      return end;
    } catch (cause) {
      pod[Symbol.dispose]();
      throw cause;
    }
  }

  async remove(ended: Pick<Execution, 'id' | 'runner'>): Promise<void> {
    const served = this.#served.get(ended.id);
    served?.conversation.bye();
    try {
      // One that was never placed is written down nowhere.
      await this.#parts.jobs.deleteOf(ended.id, [ended.runner?.job, served?.job]);
    } finally {
      this.#served.release(ended.id);
    }
  }

  /** By the Job's name alone: another process may have labelled a new one with the execution's id. */
  abandon({ job }: RunnerInfo): void {
    if (job !== null) void this.#parts.jobs.delete(job);
  }

  async held(): Promise<readonly string[]> {
    return this.#parts.jobs.held();
  }

  async check(): Promise<RunnerCheck> {
    const { cluster, pools } = this.#parts;
    const message = cluster.problem ?? (pools.problems.join(' ') || null);
    return { healthy: message === null, message };
  }

  warm(): readonly WarmSandboxes[] {
    return this.#parts.pools.warm.map(({ name, readyCount, wanted, madeCount }) => ({
      launcher: name,
      ready: readyCount,
      wanted,
      made: madeCount,
    }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Lets go of what runs, which goes on, and leaves nothing that no execution got. */
  async #close(): Promise<void> {
    const { cluster, pools, jobs, background, startsSettled } = this.#parts;
    this.#closing.abort('INTERRUPTED');
    pools[Symbol.dispose]();
    jobs[Symbol.dispose]();
    await atMost(
      CLOSE_MS,
      startsSettled().then(() => background.settled()),
    );
    background[Symbol.dispose]();
    this.#served[Symbol.dispose]();
    await cluster[Symbol.asyncDispose]();
  }

  /** A pod for the request, or how it ends without one. Rejects with `RunnerNotReadyError`. */
  async #pod(
    request: RunRequest,
    observer: RunObserver,
    stop: AbortSignal,
  ): Promise<{ readonly pod: ClusterPod; readonly warm: boolean } | { readonly end: RunEnd }> {
    if (this.#closing.signal.aborted) throw new RunnerNotReadyError('The runner is closing.');
    if (stop.aborted) return { end: stoppedBeforeStart(stop) };
    const { memoryMb, cpuMillis } = request.limits;
    const pool = this.#parts.pools.of({ launcher: launcherOf(request.language), memoryMb, cpuMillis });
    const ready = pool.take();
    if (ready !== null) return { pod: ready, warm: true };
    try {
      const waited = await pool.wait((message) => observer.waiting(message), stop);
      return 'end' in waited ? waited : { pod: waited, warm: false };
    } catch (cause) {
      if (!stop.aborted) throw cause;
      return { end: stoppedBeforeStart(stop) };
    }
  }

  /** Waits for the cluster to say, until it is let go of. A cancel has to be carried out, so it waits on. */
  async #find(name: string, uid: string, stop: AbortSignal): ReturnType<typeof findPod> {
    const given = new AbortController();
    const onStop = (): void => {
      if (stop.reason !== 'CANCELLED') given.abort();
    };
    if (stop.aborted) onStop();
    stop.addEventListener('abort', onStop, { once: true });
    try {
      const signal = AbortSignal.any([given.signal, this.#closing.signal]);
      return await findPod(this.#parts.cluster, { name, uid }, signal);
    } finally {
      stop.removeEventListener('abort', onStop);
    }
  }
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const limit = new AbortController();
  await Promise.race([work, pause(ms, limit.signal)]);
  limit.abort();
}

function launcherOf(language: string): LauncherName {
  return language === 'python' ? 'python' : 'javascript';
}
