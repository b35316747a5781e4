import type { ExecutionsApi } from '../../executions/executions.ts';
import type { HealthCheck } from '../../executions/health.ts';
import type { Exchange } from '../http/exchange.ts';
import { replyJson } from '../http/reply.ts';
import type { Route } from '../http/router.ts';

/** `GET /health`: open to everyone, its checks only to callers. Degraded still counts as healthy. */
export function healthRoute(executions: ExecutionsApi): Route {
  const answer = async ({ response, caller }: Exchange): Promise<void> => {
    const { status, checks } = await executions.health();
    const unhealthy = status === 'UNHEALTHY';
    replyJson(response, unhealthy ? 503 : 200, {
      status: unhealthy ? 'unhealthy' : 'healthy',
      ...(caller !== null && (unhealthy || status === 'DEGRADED') ? { checks: checks.map(describe) } : {}),
    });
  };
  return { name: 'health', path: '/health', access: 'open', methods: { GET: answer, HEAD: answer } };
}

function describe({ name, status, latencyMs, message }: HealthCheck): Record<string, unknown> {
  return { name, status: status.toLowerCase(), latency_ms: latencyMs, message };
}
