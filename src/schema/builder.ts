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

builder.queryType({ description: 'What can be read. Every caller sees its own executions only.' });
builder.mutationType({
  description: 'What can be done: run a program, stop it, remove what it left in the runner.',
});
builder.subscriptionType({
  description: 'What can be watched live, over WebSocket (graphql-transport-ws) or SSE.',
});
