import type { Caller, Principal } from '../executions/caller.ts';
import type { ExecutionsApi } from '../executions/executions.ts';
import { unauthenticated } from './failures.ts';

/** What a resolver may reach: one for each operation, made by whoever executes it. */
export interface SchemaContext {
  readonly executions: ExecutionsApi;
  /** Null when nobody is known who asks: then only `health { status }` is answered. */
  readonly principal: Principal | null;
  readonly service: ServiceInfo;
  /** Where the bytes of the operation's answer are counted. */
  readonly answer: AnswerCount;
}

/** What one answer brings, held against what all answers together may. */
interface AnswerCount {
  /** Counts so many bytes more; negative ones were counted too much. @throws UnavailableError */
  add(bytes: number): void;
}

/** This process, as `health` shows it. */
export interface ServiceInfo {
  /** As in package.json. */
  readonly version: string;
  /** Since the process started; fractions are cut by the schema. */
  uptimeSeconds(): number;
}

/** Who asks. @throws GraphQLError UNAUTHENTICATED when nobody was named. */
export function callerOf(context: SchemaContext): Caller {
  if (context.principal === null) throw unauthenticated();
  return context.principal.name;
}
