import type { Caller } from '../executions/caller.ts';
import type { ExecutionsApi } from '../executions/executions.ts';

/** What a resolver may reach: one for each operation, made by whoever executes it. */
export interface SchemaContext {
  readonly executions: ExecutionsApi;
  /** Null when the request named no valid caller: then only `health { status }` is answered. */
  readonly caller: Caller | null;
  readonly service: ServiceInfo;
}

/** This process, as `health` shows it. */
export interface ServiceInfo {
  /** As in package.json. */
  readonly version: string;
  /** Since the process started; fractions are cut by the schema. */
  uptimeSeconds(): number;
}
