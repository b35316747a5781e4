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
