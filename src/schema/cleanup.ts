import { NotFoundError } from '../executions/errors.ts';
import type { Execution as ExecutionRecord } from '../executions/execution.ts';
import { checkIdAsValue } from './arguments.ts';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import { Execution } from './execution.ts';
import { unlessExpected } from './failures.ts';

const CleanupSuccess = builder.objectRef<{ execution: ExecutionRecord }>('CleanupSuccess').implement({
  description: 'Nothing is left in the runner, or soon will not be.',
  fields: (t) => ({
    execution: t.expose('execution', { type: Execution, description: 'Its record, which stays.' }),
    message: t.string({
      description: 'What was done, in a sentence.',
      // As the REST route words it.
      resolve: ({ execution }) => `Job ${execution.id} cleaned up.`,
    }),
  }),
});

const CleanupResult = builder.errorUnion('CleanupResult', {
  description: 'What became of a cleanup.',
  types: [CleanupSuccess, NotFoundError],
  resolveType: () => CleanupSuccess,
});

builder.mutationField('cleanup', (t) =>
  t.field({
    type: CleanupResult,
    description:
      'Removes what the runner still holds for an execution (Job, pod, process), cancelling it first if it has not ' +
      'ended. Its record and what it printed stay. Safe to repeat.',
    args: { id: t.arg.id({ required: true, description: 'The id that `execute` gave.' }) },
    resolve: async (_root, { id }, context) => ({
      execution: await unlessExpected(context.executions.cleanup(callerOf(context), checkIdAsValue(id))),
    }),
  }),
);
