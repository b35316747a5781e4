import type { Caller, Executions } from '../executions/executions.ts';

/** The operations of the domain that the schema stands on. */
export type ExecutionsApi = Pick<
  Executions,
  | 'runtimes'
  | 'execute'
  | 'cancel'
  | 'cleanup'
  | 'get'
  | 'list'
  | 'queuePosition'
  | 'outputSummary'
  | 'outputText'
  | 'outputTail'
  | 'chunks'
  | 'followOutput'
  | 'followStatus'
  | 'health'
>;

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
