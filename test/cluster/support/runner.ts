import type { Limits, RunnerInfo } from '../../../src/executions/execution.ts';
import type { Runner } from '../../../src/executions/runner.ts';
import type { Logger } from '../../../src/executions/telemetry.ts';
import { type KubernetesRunnerOptions, openKubernetesRunner } from '../../../src/runner/kubernetes/open.ts';
import type { TestNamespace } from './namespace.ts';
import { until } from './until.ts';

/** The images that the test bed has. */
export const IMAGES = {
  python: 'podline.test/python:3.11',
  javascript: 'podline.test/node:24',
  typescript: 'podline.test/node:24',
} as const;

export const LIMITS: Limits = { timeoutMs: 60_000, memoryMb: 128, cpuMillis: 1000, outputBytes: 1_000_000 };
export const MAXIMUM_LIMITS: Limits = { ...LIMITS, memoryMb: 512, outputBytes: 100_000_000 };

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Opens a runner in the namespace, with its service account's rights. */
export function openRunner(
  namespace: TestNamespace,
  options: Partial<KubernetesRunnerOptions> = {},
): Promise<Runner> {
  return openKubernetesRunner({
    kubeconfig: namespace.kubeconfig,
    namespace: namespace.name,
    images: IMAGES,
    podTemplateFile: null,
    warm: { python: 1, javascript: 1 },
    defaultLimits: LIMITS,
    maximumLimits: MAXIMUM_LIMITS,
    pullLimitMs: 60_000,
    sessionLifetimeMs: 3_600_000,
    scheduleLimitMs: 60_000,
    logger: silentLogger,
    ...options,
  });
}

/** Resolves when all pods that it keeps ready are. */
export async function warmedUp(runner: Runner): Promise<void> {
  await until(
    () => runner.warm(),
    (launchers) => launchers.every(({ ready, wanted }) => ready >= wanted),
  );
}

/** The same runner, with what each execution leaves removed once it is over, as the domain does it. */
export function removingAfterwards(runner: Runner): Runner {
  return new Proxy(runner, {
    get(target, name) {
      if (name === 'run') return run;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

  async function run(...[request, observer, stop]: Parameters<Runner['run']>): ReturnType<Runner['run']> {
    let where: RunnerInfo | null = null;
    const bound = (info: RunnerInfo): Promise<boolean> => {
      where = info;
      return observer.bound(info);
    };
    const outcome = await runner.run(request, { ...observer, bound }, stop);
    // Whoever adopts a detached one still needs it.
    if (outcome.kind !== 'detached') await runner.remove({ id: request.id, runner: where });
    return outcome;
  }
}
