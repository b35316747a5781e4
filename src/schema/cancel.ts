import { AlreadyEndedError, NotFoundError } from '../executions/errors.ts';
import type { Execution as ExecutionRecord } from '../executions/execution.ts';
import { checkIdAsValue } from './arguments.ts';
import { builder } from './builder.ts';
import { callerOf } from './context.ts';
import { Execution } from './execution.ts';
import { unlessExpected } from './failures.ts';

const CancelSuccess = builder.objectRef<{ execution: ExecutionRecord }>('CancelSuccess').implement({
  description: 'The cancel request is recorded and will be carried out, even if this server stops now.',
  fields: (t) => ({
    execution: t.expose('execution', {
      type: Execution,
      description:
        'The execution as it is now. A running one may still be `RUNNING`; it ends within a second.',
    }),
  }),
});

const CancelResult = builder.errorUnion('CancelResult', {
  description: 'The result of a cancel.',
  types: [CancelSuccess, NotFoundError, AlreadyEndedError],
  resolveType: () => CancelSuccess,
});

builder.mutationField('cancel', (t) =>
  t.field({
    type: CancelResult,
    description: 'Cancels a queued or running execution. Its record and output are kept.',
    args: { id: t.arg.id({ required: true, description: 'The id that `execute` returned.' }) },
    resolve: async (_root, { id }, context) => ({
      execution: await unlessExpected(context.executions.cancel(callerOf(context), checkIdAsValue(id))),
    }),
  }),
);

const CleanupSuccess = builder.objectRef<{ execution: ExecutionRecord }>('CleanupSuccess').implement({
  description:
    'Deletes what the runner still holds (Job, pod, process), now or as soon as the program has stopped.',
  fields: (t) => ({
    execution: t.expose('execution', { type: Execution, description: 'Its record, which is kept.' }),
    message: t.string({
      description: 'A sentence that says what was done.',
      // As the REST route words it.
      resolve: ({ execution }) => `Job ${execution.id} cleaned up.`,
    }),
  }),
});

const CleanupResult = builder.errorUnion('CleanupResult', {
  description: 'The result of a cleanup.',
  types: [CleanupSuccess, NotFoundError],
  resolveType: () => CleanupSuccess,
});

builder.mutationField('cleanup', (t) =>
  t.field({
    type: CleanupResult,
    description:
      'Deletes what the runner still holds for an execution (Job, pod, process); cancels it first if ' +
      'it has not ended. The files of one that has ended are removed too; its record and output are kept. Safe to repeat.',
    args: { id: t.arg.id({ required: true, description: 'The id that `execute` returned.' }) },
    resolve: async (_root, { id }, context) => ({
      execution: await unlessExpected(context.executions.cleanup(callerOf(context), checkIdAsValue(id))),
    }),
  }),
);
