import type { Caller } from '../executions/caller.ts';
import type { SchemaContext } from './context.ts';
import { unauthenticated } from './failures.ts';

/** Who asks. @throws GraphQLError UNAUTHENTICATED when nobody was named. */
export function callerOf(context: SchemaContext): Caller {
  if (context.caller === null) throw unauthenticated();
  return context.caller;
}
