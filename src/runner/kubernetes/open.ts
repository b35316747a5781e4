import { randomUUID } from 'node:crypto';
import type { Limits } from '../../executions/execution.ts';
import type { Runner } from '../../executions/runner.ts';
import type { Logger } from '../../executions/telemetry.ts';
import type { Language } from '../languages/language.ts';
import { LANGUAGES } from '../languages/languages.ts';
import { Pools } from '../pool/pools.ts';
import { loadCluster } from './api/cluster.ts';
import type { ApiTelemetry } from './api/request.ts';
import { distinct, environmentsOf } from './environments.ts';
import { readPodTemplate } from './job/read-template.ts';
import type { ClusterPod } from './pods/cluster-pod.ts';
import { Jobs } from './pods/jobs.ts';
import { POD_PACE, PodSource } from './pods/pod-source.ts';
import { RetryQueue } from './pods/retry-queue.ts';
import { KubernetesRunner } from './runner.ts';
import { describeRuntimes } from './runtimes.ts';

export interface KubernetesRunnerOptions {
  /** Path of a kubeconfig; null: as client-node finds one. */
  readonly kubeconfig: string | null;
  /** Where Jobs are made. */
  readonly namespace: string;
  /** The table; default: the one that comes with Podline. */
  readonly languages?: readonly Language[];
  /** The image of each language that is offered, by its name. */
  readonly images: { readonly [language: string]: string };
  /** A pod template that is merged into every Job; null: none. */
  readonly podTemplateFile: string | null;
  /** Ready pods kept, by the names of languages, of which several may share their pods; 0 when not named. */
  readonly warm: { readonly [launcher: string]: number };
  readonly defaultLimits: Limits;
  readonly maximumLimits: Limits;
  /** How long an image may not be there before an execution that needs it ends, milliseconds. */
  readonly pullLimitMs: number;
  /** How long a session lives at the most, milliseconds. */
  readonly sessionLifetimeMs: number;
  /** How long there may be no room, or the cluster may refuse, before an execution ends, milliseconds. */
  readonly scheduleLimitMs: number;
  readonly logger: Logger;
  /** Receives the figures of each request to the API. Default: none does. */
  readonly telemetry?: ApiTelemetry | undefined;
}

/** What a pod's deadline covers beside idle time and run: getting ready, stops, and reading what is left. Milliseconds. */
const GRACE_MS = 10 * 60_000;

/**
 * Opens the Kubernetes runner. A cluster that cannot be used now does not throw: `check` says what is wrong, executions
 * wait, and it heals by itself.
 * @throws ConfigError when the kubeconfig or the pod template cannot be right
 */
export async function openKubernetesRunner(options: KubernetesRunnerOptions): Promise<Runner> {
  const { namespace, images, warm, defaultLimits, maximumLimits, logger, telemetry } = options;
  const { languages = LANGUAGES } = options;
  const compileMs = Math.max(...languages.map(({ commands }) => commands.compileLimits.timeoutMs));
  // Any pod may become a session's.
  const usedMs = Math.max(compileMs + maximumLimits.timeoutMs, options.sessionLifetimeMs);
  const environments = environmentsOf(languages, images);
  const { kubeconfig, podTemplateFile, pullLimitMs, scheduleLimitMs } = options;
  const template = podTemplateFile === null ? null : await readPodTemplate(podTemplateFile);
  const cluster = await loadCluster({ kubeconfig: kubeconfig ?? undefined, namespace, logger, telemetry });
  const owner = randomUUID();
  const retryQueue = new RetryQueue(logger);
  const jobs: Jobs = new Jobs({ cluster, retryQueue, owner, freed: () => pools.freed(), logger });
  const podSource = new PodSource({
    cluster,
    environments,
    template,
    deadlineSeconds: Math.ceil((POD_PACE.maxIdleMs + usedMs + GRACE_MS) / 1000),
    owner,
    removeJob: (name) => jobs.delete(name),
    maxStartMs: Math.max(pullLimitMs, 60_000),
    logger,
  });
  const pools: Pools<ClusterPod, string> = new Pools({
    noun: 'pod',
    sizes: new Map(
      distinct(environments).map((environment) => {
        const sharing = languages.filter(({ name }) => environments.get(name) === environment);
        return [environment.name, Math.max(...sharing.map(({ name }) => warm[name] ?? 0))];
      }),
    ),
    pace: POD_PACE,
    warm: defaultLimits,
    start: (kind) => podSource.of(kind),
    limits: { pullLimitMs, scheduleLimitMs },
    problem: () => cluster.problem,
    logger,
  });
  const limits = { defaults: defaultLimits, maximums: maximumLimits };
  const describe = () =>
    describeRuntimes(languages, environments, (environment) => podSource.version(environment), limits);
  let runtimes = describe();
  podSource.onVersion = () => {
    runtimes = describe();
  };
  return new KubernetesRunner({
    cluster,
    pools,
    jobs,
    retryQueue,
    languages,
    environments,
    startsSettled: () => podSource.settled(),
    runtimes: () => runtimes,
    logger,
  });
}
