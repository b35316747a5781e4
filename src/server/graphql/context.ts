import packageJson from '../../../package.json' with { type: 'json' };
import type { Principal } from '../../executions/caller.ts';
import type { ExecutionsApi } from '../../executions/executions.ts';
import type { SchemaContext, ServiceInfo } from '../../schema/context.ts';

/**
 * What one operation carries: what resolvers may reach, and what errors are correlated by. Kept small and free of the
 * request, because on a WebSocket there is one for as long as somebody watches.
 */
export interface OperationContext extends SchemaContext {
  /** Null where no request stands behind it; an error then gets an id of its own. */
  readonly requestId: string | null;
}

export function createContext(
  executions: ExecutionsApi,
  principal: Principal | null,
  requestId: string | null,
  answer: OperationContext['answer'],
): OperationContext {
  return { executions, principal, service, requestId, answer };
}

/** What this process is: the version of the package, and how long it has been up. */
export const service: ServiceInfo = {
  version: packageJson.version,
  uptimeSeconds: () => process.uptime(),
};
