import { setTimeout as sleep } from 'node:timers/promises';
import { sumQueued } from './admission.ts';
import type { Runner } from './runner.ts';
import type { Store } from './store.ts';

export type HealthStatus = 'HEALTHY' | 'DEGRADED' | 'UNHEALTHY';

export interface HealthCheck {
  readonly name: string;
  readonly status: HealthStatus;
  readonly latencyMs: number;
  /** What is wrong, a sentence; null when nothing is. */
  readonly message: string | null;
}

export interface HealthReport {
  readonly status: HealthStatus;
  readonly running: number;
  readonly queued: number;
  readonly checks: readonly HealthCheck[];
}

/** A check that has not answered by then counts as failed. */
const LONGEST_MS = 2000;

/**
 * Asks store and runner. Without its store the service can do nothing; without its runner it still queues and answers.
 * @param driven what to count as running when the store does not answer
 */
export async function checkHealth(store: Store, runner: Runner, driven: number): Promise<HealthReport> {
  const checks = await Promise.all([
    runCheck('store', 'UNHEALTHY', () => store.ping().then(() => null)),
    runCheck('runner', 'DEGRADED', async () => {
      const { healthy, message } = await runner.check();
      return healthy ? null : (message ?? 'it is not ready');
    }),
  ]);
  const unknown = { running: driven, queued: 0 };
  const { running, queued } =
    checks[0].status === 'HEALTHY' ? await count(store).catch(() => unknown) : unknown;
  return { status: worst(checks), running, queued, checks };
}

async function count(store: Store): Promise<{ running: number; queued: number }> {
  const [running, queues] = await Promise.all([store.countUnderWay(), store.listQueues()]);
  return { running, queued: sumQueued(queues) };
}

/**
 * Times one check. What it throws, or a string it resolves to, is what is wrong.
 * @param whenWrong what the service still is without this part
 */
async function runCheck(
  name: string,
  whenWrong: HealthStatus,
  check: () => Promise<string | null>,
): Promise<HealthCheck> {
  const began = performance.now();
  const message = await withLimit(check).catch((error: unknown) =>
    error instanceof Error ? error.message : 'it failed without a reason',
  );
  const latencyMs = Math.round((performance.now() - began) * 1000) / 1000;
  return { name, status: message === null ? 'HEALTHY' : whenWrong, latencyMs, message };
}

function worst(checks: readonly HealthCheck[]): HealthStatus {
  if (checks.some((check) => check.status === 'UNHEALTHY')) return 'UNHEALTHY';
  return checks.some((check) => check.status === 'DEGRADED') ? 'DEGRADED' : 'HEALTHY';
}

async function withLimit(check: () => Promise<string | null>): Promise<string | null> {
  const limit = new AbortController();
  const late = sleep(LONGEST_MS, `expected an answer within ${LONGEST_MS} ms, got none`, {
    signal: limit.signal,
  });
  late.catch(() => {});
  try {
    return await Promise.race([check(), late]);
  } finally {
    limit.abort();
  }
}
