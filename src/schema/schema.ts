import type { GraphQLSchema } from 'graphql';
import './scalars.ts';
import './errors.ts';
import './execution.ts';
import './output.ts';
import './output-file.ts';
import './execution-list.ts';
import './execute.ts';
import './session.ts';
import './session-list.ts';
import './session-changes.ts';
import './cancel.ts';
import './stdin.ts';
import './runtime.ts';
import './health.ts';
import { builder } from './builder.ts';

export type { SchemaContext, ServiceInfo } from './context.ts';

/** The public contract with its resolvers, which reach the service only through their `SchemaContext`. */
export function buildSchema(): GraphQLSchema {
  return builder.toSchema({ sortSchema: false });
}
