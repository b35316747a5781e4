import type { ExecutionsApi } from '../../executions/executions.ts';
import type { HealthCheck } from '../../executions/health.ts';
import type { Exchange } from '../http/exchange.ts';
import { HttpError } from '../http/http-error.ts';
import { replyJson, replyText } from '../http/reply.ts';
import type { Route } from '../http/router.ts';
import type { Metrics } from '../metrics.ts';

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

/** What those who operate the service ask: does it live, may it get traffic, what does it count. */
export function operationsRoutes(metrics: Metrics, isReady: () => boolean): Route[] {
  const live = ({ response }: Exchange): void => replyJson(response, 200, { status: 'alive' });
  const ready = ({ response }: Exchange): void => {
    if (!isReady()) throw new HttpError(503, 'UNAVAILABLE', 'The server is starting or closing.');
    replyJson(response, 200, { status: 'ready' });
  };
  const expose = async ({ response }: Exchange): Promise<void> =>
    replyText(response, 200, metrics.contentType, await metrics.expose());
  return [
    { name: 'livez', path: '/livez', access: 'open', methods: { GET: live, HEAD: live } },
    { name: 'readyz', path: '/readyz', access: 'open', methods: { GET: ready, HEAD: ready } },
    { name: 'metrics', path: '/metrics', access: 'operator', methods: { GET: expose, HEAD: expose } },
  ];
}
