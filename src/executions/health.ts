import { withTimeout } from '../async/timeout.ts';
import { sumQueued } from './admission.ts';
import type { Runner } from './runner.ts';
import type { Store } from './store.ts';

export type HealthStatus = 'HEALTHY' | 'DEGRADED' | 'UNHEALTHY';

export interface HealthCheck {
  readonly name: string;
  readonly status: HealthStatus;
  readonly latencyMs: number;
  /** What is wrong, a sentence; of a runner that is well, what isolates programs; null when there is nothing to say. */
  readonly message: string | null;
}

export interface HealthReport {
  readonly status: HealthStatus;
  readonly running: number;
  readonly queued: number;
  readonly checks: readonly HealthCheck[];
}

/** A check without a response by then counts as failed. */
const MAX_MS = 2000;

/**
 * Checks store and runner. Without its store the service can do nothing; without its runner it still queues and responds.
 * @param active what to count as running when the store does not respond
 */
export async function checkHealth(store: Store, runner: Runner, active: number): Promise<HealthReport> {
  const checks = await Promise.all([
    runCheck('store', 'UNHEALTHY', () => store.ping().then(() => WELL)),
    runCheck('runner', 'DEGRADED', async () => {
      const { healthy, message } = await runner.check();
      if (!healthy) throw new Error(message ?? 'it is not ready');
      const isolated = `Programs are isolated by ${runner.isolation}.`;
      return { message: message === null ? isolated : `${isolated} ${message}` };
    }),
  ]);
  const unknown = { running: active, queued: 0 };
  const { running, queued } =
    checks[0].status === 'HEALTHY' ? await count(store).catch(() => unknown) : unknown;
  return { status: worst(checks), running, queued, checks };
}

async function count(store: Store): Promise<{ running: number; queued: number }> {
  const [running, queues] = await Promise.all([store.countUnderWay(), store.listQueues()]);
  return { running, queued: sumQueued(queues) };
}

const WELL = { message: null };

/**
 * Times one check. What it throws is what is wrong.
 * @param whenWrong what the service still is without this part
 */
async function runCheck(
  name: string,
  whenWrong: HealthStatus,
  check: () => Promise<{ readonly message: string | null }>,
): Promise<HealthCheck> {
  const began = performance.now();
  const { status, message } = await withTimeout(MAX_MS, check(), tooLate).then(
    (well) => ({ status: 'HEALTHY' as const, message: well.message }),
    (error: unknown) => ({
      status: whenWrong,
      message: error instanceof Error ? error.message : 'it failed without a reason',
    }),
  );
  const latencyMs = Math.round((performance.now() - began) * 1000) / 1000;
  return { name, status, latencyMs, message };
}

function worst(checks: readonly HealthCheck[]): HealthStatus {
  if (checks.some((check) => check.status === 'UNHEALTHY')) return 'UNHEALTHY';
  return checks.some((check) => check.status === 'DEGRADED') ? 'DEGRADED' : 'HEALTHY';
}

function tooLate(): Error {
  return new Error(`expected a response within ${MAX_MS} ms, got none`);
}
