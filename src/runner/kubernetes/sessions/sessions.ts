import { abortable } from '../../../async/abortable.ts';
import { backOffMs } from '../../../async/back-off.ts';
import { sleep } from '../../../async/sleep.ts';
import type { RunnerInfo } from '../../../executions/execution.ts';
import {
  type LastingSandboxes,
  type SessionHost,
  type SessionLanguage,
  type SessionPlacement,
  type SessionRequest,
  SessionStartError,
} from '../../../executions/session-host.ts';
import type { Logger } from '../../../executions/telemetry.ts';
import type { Language } from '../../languages/language.ts';
import type { Pools } from '../../pool/pools.ts';
import type { Cluster } from '../cluster.ts';
import { type Environments, environmentOf } from '../environments.ts';
import { SESSION } from '../job/mandatory.ts';
import { ClusterPod, findPod } from '../pods/cluster-pod.ts';
import type { Jobs } from '../pods/jobs.ts';
import { placement } from '../run/run.ts';
import type { Ready } from '../session/frames.ts';
import { Session } from '../session/session.ts';
import { HeldPod, lossOf } from './held-pod.ts';

export interface KubernetesSessionsOptions {
  readonly cluster: Cluster;
  readonly pools: Pools<ClusterPod, string>;
  readonly languages: readonly Language[];
  readonly environments: Environments;
  readonly jobs: Jobs;
  /** Aborted when the runner closes. */
  readonly closing: AbortSignal;
  readonly logger: Logger;
}

/** Pods tried for a session when they end before they are its. */
const PODS = 3;
/** How long a session waits for a pod that the cluster refuses, milliseconds; an execution would go back to its queue. */
const POD_MS = 10 * 60_000;
const POD_BACK_OFF = { firstMs: 500, maxMs: 10_000 };
/** How long a launcher may take to write a session's files, milliseconds. */
const GIVE_MS = 30_000;

/** The sessions of the Kubernetes host: a pod each, warm where there is one. Closing leaves them to another process. */
export class KubernetesSessions implements SessionHost, LastingSandboxes, Disposable {
  readonly languages: readonly SessionLanguage[];
  readonly lasting: LastingSandboxes = this;
  readonly #options: KubernetesSessionsOptions;
  readonly #held = new Set<HeldPod>();

  constructor(options: KubernetesSessionsOptions) {
    this.#options = options;
    this.languages = options.languages
      .filter(({ name }) => options.environments.has(name))
      .map(({ name, launcher }) => ({ language: name, hasContexts: launcher !== null }));
  }

  async open(request: SessionRequest, stop: AbortSignal): Promise<HeldPod> {
    const { closing } = this.#options;
    const signal = AbortSignal.any([stop, closing]);
    for (let attempt = 1; ; attempt++) {
      const { pod, warm } = await this.#pod(request, signal);
      const runner = placement(pod, warm);
      let problem: string | null | 'ended';
      try {
        problem = await this.#give(pod, request, runner, signal);
      } catch (error) {
        pod.discard();
        throw error;
      }
      if (problem === null) return this.#hold(pod, runner, request, null);
      const state = pod.observe();
      pod.discard();
      if (problem !== 'ended') throw new SessionStartError('LOST', problem);
      if (attempt < PODS) continue;
      const { reason, message } = 'reason' in state ? lossOf(state) : GONE;
      throw new SessionStartError(reason, message);
    }
  }

  async adopt(session: SessionPlacement, stop: AbortSignal): Promise<HeldPod> {
    const { runner, id, epoch } = session;
    if (!runner?.job || !runner.pod || !runner.podUid) {
      throw new SessionStartError('LOST', 'The server that held it was gone before it had a pod.');
    }
    const { cluster, environments, jobs, logger, closing } = this.#options;
    const signal = AbortSignal.any([stop, closing]);
    const { job, pod: name, podUid: uid } = runner;
    const found = await findPod(cluster, { name, uid }, signal);
    if (found === 'aborted') throw signal.reason;
    if (found === null) throw new SessionStartError(GONE.reason, GONE.message);
    const launched = new Session({
      attach: (handlers, closed) => cluster.attach(name, handlers, closed),
      after: 0,
      logger,
    });
    launched.hold(id, epoch);
    const { launcher } = environmentOf(environments, session.language);
    const pod = new ClusterPod({
      cluster,
      launcher,
      job,
      pod: found,
      session: launched,
      removeJob: (given) => jobs.delete(given),
    });
    let reported: Ready | null;
    try {
      const ended = pod.ended.then(() => null);
      reported = await abortable(Promise.race([launched.open(signal), ended]), signal);
    } catch (error) {
      pod[Symbol.dispose]();
      signal.throwIfAborted();
      throw new SessionStartError('LOST', launched.broken ?? GONE.message, { cause: error });
    }
    if (reported !== null && reported.held?.session !== id) {
      pod.discard();
      throw new SessionStartError('LOST', 'The server that held it was gone before its sandbox stood.');
    }
    jobs.label(job, id, SESSION);
    return this.#hold(pod, runner, session, reported);
  }

  remove({ id, runner }: Pick<SessionPlacement, 'id' | 'runner'>): Promise<void> {
    return this.#options.jobs.deleteOf(id, [runner?.job], SESSION);
  }

  async listAllocations(): Promise<readonly string[]> {
    return this.#options.jobs.listAllocations(SESSION);
  }

  [Symbol.dispose](): void {
    for (const held of [...this.#held]) held.detach();
  }

  #hold(
    pod: ClusterPod,
    runner: RunnerInfo,
    session: Pick<SessionPlacement, 'id' | 'language' | 'limits' | 'epoch'>,
    reported: Ready | null,
  ): HeldPod {
    const { id, limits, epoch } = session;
    const held: HeldPod = new HeldPod({
      pod,
      runner,
      session: { id, limits, epoch },
      language: this.#language(session.language),
      reported,
      closing: this.#options.closing,
      remove: () => this.remove({ id, runner }),
      onLeft: () => this.#held.delete(held),
    });
    this.#held.add(held);
    return held;
  }

  /** A ready pod of the session's size. @throws SessionStartError, the signal's reason */
  async #pod(
    { language, limits: { memoryMb, cpuMillis } }: SessionRequest,
    signal: AbortSignal,
  ): Promise<{ readonly pod: ClusterPod; readonly warm: boolean }> {
    signal.throwIfAborted();
    const { pools, environments } = this.#options;
    const { name: launcher } = environmentOf(environments, language);
    const kind = { launcher, memoryMb, cpuMillis };
    const until = performance.now() + POD_MS;
    for (let failures = 1; ; failures++) {
      const waited = await pools.take(kind, () => undefined, signal);
      if (waited.kind === 'ready') return { pod: waited.sandbox, warm: waited.warm };
      signal.throwIfAborted();
      if (waited.kind === 'ended') {
        const { reason, message } = waited.end;
        throw new SessionStartError(isStartReason(reason) ? reason : 'LOST', message ?? GONE.message);
      }
      const pauseMs = backOffMs(failures, POD_BACK_OFF);
      if (performance.now() + pauseMs > until) {
        throw new SessionStartError('LOST', waited.kind === 'notStarted' ? waited.message : GONE.message);
      }
      await sleep(pauseMs, signal);
    }
  }

  /** Has the pod's launcher keep the session; resolves to why it cannot, `ended` when the pod has ended before. */
  async #give(
    pod: ClusterPod,
    { id, files, env, epoch, bound }: SessionRequest,
    runner: RunnerInfo,
    signal: AbortSignal,
  ): Promise<string | null> {
    if (!(await bound(runner))) throw new Error('Another process owns the session.');
    signal.throwIfAborted();
    this.#options.jobs.label(pod.job, id, SESSION);
    pod.session.hold(id, epoch);
    const json = JSON.stringify({
      files: files.map(({ path, content }) => ({ path, content: Buffer.from(content).toString('base64') })),
      env: env.map(({ name, value }) => ({ name, value })),
      epoch,
    });
    const given = pod.session.give(json).catch(() => 'ended');
    const done = new AbortController();
    const tooLate = sleep(GIVE_MS, done.signal).then(() => 'ended');
    try {
      return await abortable(Promise.race([given, pod.ended.then(() => 'ended'), tooLate]), signal);
    } finally {
      done.abort();
    }
  }

  #language(name: string): Language {
    const language = this.#options.languages.find((one) => one.name === name);
    if (language === undefined) throw new Error(`Expected a language of the table, got ${name}`);
    return language;
  }
}

const GONE = { reason: 'LOST', message: 'Its pod is gone.' } as const;

function isStartReason(reason: string): reason is SessionStartError['reason'] {
  return reason === 'UNSCHEDULABLE' || reason === 'IMAGE_UNAVAILABLE' || reason === 'OUT_OF_MEMORY';
}
