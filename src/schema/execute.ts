import {
  IdempotencyConflictError,
  InvalidInputError,
  QueueFullError,
  UnsupportedLanguageError,
} from '../executions/errors.ts';
import type { Execution as ExecutionRecord } from '../executions/execution.ts';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import { ExecuteInput } from './execute-input.ts';
import { Execution } from './execution.ts';
import { unlessExpected } from './failures.ts';

const ExecuteSuccess = builder.objectRef<{ execution: ExecutionRecord }>('ExecuteSuccess').implement({
  description: 'The program is recorded and will run.',
  fields: (t) => ({
    execution: t.expose('execution', { type: Execution, description: 'Watch it by its `id`.' }),
  }),
});

const ExecuteResult = builder.errorUnion('ExecuteResult', {
  description: 'What became of a submission.',
  types: [
    ExecuteSuccess,
    InvalidInputError,
    UnsupportedLanguageError,
    QueueFullError,
    IdempotencyConflictError,
  ],
  resolveType: () => ExecuteSuccess,
});

builder.mutationField('execute', (t) =>
  t.field({
    type: ExecuteResult,
    description:
      'Submits a program. The answer comes once it is recorded, not when it has run: watch it with the subscription ' +
      '`output(id)`, or ask for `execution(id)` later.',
    args: {
      input: t.arg({ type: ExecuteInput, required: true, description: 'The program and what it gets.' }),
    },
    resolve: async (_root, { input }, context) => ({
      execution: await unlessExpected(context.executions.execute(callerOf(context), input)),
    }),
  }),
);
