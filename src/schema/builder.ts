import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import type { SchemaContext } from './context.ts';

/** Collects the types; each noun's file adds its own and `schema.ts` builds them. Fields are not null unless they say so. */
export const builder = new SchemaBuilder<{
  Context: SchemaContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: number; Output: number };
  };
}>({ plugins: [ErrorsPlugin], defaultFieldNullability: false, errors: {} });

builder.queryType({ description: 'Every caller sees only its own executions.' });
builder.mutationType({
  description: 'Run a program, cancel it, delete what the runner holds for it.',
});
builder.subscriptionType({
  description: 'Live updates, over WebSocket (graphql-transport-ws) or server-sent events.',
});
