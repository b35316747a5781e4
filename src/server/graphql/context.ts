import type { Caller } from '../../executions/caller.ts';
import type { ExecutionsApi } from '../../executions/executions.ts';
import type { SchemaContext } from '../../schema/context.ts';
import { service } from '../service.ts';

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
  caller: Caller | null,
  requestId: string | null,
): OperationContext {
  return { executions, caller, service, requestId };
}
