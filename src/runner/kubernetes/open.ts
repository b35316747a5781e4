import { randomUUID } from 'node:crypto';
import type { Limits } from '../../executions/execution.ts';
import type { Runner } from '../../executions/runner.ts';
import type { Logger } from '../../executions/telemetry.ts';
import { loadCluster } from './api/cluster.ts';
import type { ApiTelemetry } from './api/telemetry.ts';
import { readPodTemplate } from './job/read-template.ts';
import { Background } from './pods/background.ts';
import type { ClusterPod } from './pods/cluster-pod.ts';
import { JobStarter } from './pods/job-starter.ts';
import { Jobs } from './pods/jobs.ts';
import type { LauncherName } from './pods/pod.ts';
import { Pools } from './pool/pools.ts';
import { LONGEST_IDLE_MS } from './pool/shelf.ts';
import { KubernetesRunner } from './runner.ts';
import { describeRuntimes } from './runtimes.ts';

export interface KubernetesRunnerOptions {
  /** Path of a kubeconfig; null: as client-node finds one. */
  readonly kubeconfig: string | null;
  /** Where Jobs are made. */
  readonly namespace: string;
  readonly images: { readonly [launcher in LauncherName]: string };
  /** A pod template that is merged into every Job; null: none. */
  readonly podTemplateFile: string | null;
  /** Ready pods kept: `python`, `javascript`; 0 when not named. */
  readonly warm: { readonly [launcher: string]: number };
  readonly defaultLimits: Limits;
  readonly maximumLimits: Limits;
  /** How long an image may not be there before an execution that needs it ends, milliseconds. */
  readonly pullLimitMs: number;
  /** How long there may be no room, or the cluster may refuse, before an execution ends, milliseconds. */
  readonly scheduleLimitMs: number;
  readonly logger: Logger;
  /** Hears of every request to the API. Default: nobody does. */
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
  const { kubeconfig, podTemplateFile, pullLimitMs, scheduleLimitMs } = options;
  const template = podTemplateFile === null ? null : await readPodTemplate(podTemplateFile);
  const cluster = await loadCluster({ kubeconfig: kubeconfig ?? undefined, namespace, logger, telemetry });
  const owner = randomUUID();
  const background = new Background(logger);
  const jobs: Jobs = new Jobs({ cluster, background, owner, freed: () => pools.freed(), logger });
  const starter = new JobStarter({
    cluster,
    images,
    template,
    deadlineSeconds: Math.ceil((LONGEST_IDLE_MS + maximumLimits.timeoutMs + GRACE_MS) / 1000),
    owner,
    removeJob: (name) => jobs.delete(name),
    longestStartMs: Math.max(pullLimitMs, 60_000),
    logger,
  });
  const pools: Pools<ClusterPod> = new Pools({
    sizes: { python: warm['python'] ?? 0, javascript: warm['javascript'] ?? 0 },
    warm: defaultLimits,
    start: (kind) => starter.of(kind),
    limits: { pullLimitMs, scheduleLimitMs },
    problem: () => cluster.problem,
    logger,
  });
  const limits = { defaults: defaultLimits, maximums: maximumLimits };
  const describe = () =>
    describeRuntimes(
      images,
      { python: starter.version('python'), javascript: starter.version('javascript') },
      limits,
    );
  let runtimes = describe();
  starter.onVersion = () => {
    runtimes = describe();
  };
  return new KubernetesRunner({
    cluster,
    pools,
    jobs,
    background,
    startsSettled: () => starter.settled(),
    runtimes: () => runtimes,
    logger,
  });
}
