import { AlreadyEndedError, NotFoundError } from '../executions/errors.ts';
import type { Execution as ExecutionRecord } from '../executions/execution.ts';
import { checkIdAsValue } from './arguments.ts';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import { Execution } from './execution.ts';
import { unlessExpected } from './failures.ts';

const CancelSuccess = builder.objectRef<{ execution: ExecutionRecord }>('CancelSuccess').implement({
  description: 'The wish is recorded and will be carried out, even if this server stops now.',
  fields: (t) => ({
    execution: t.expose('execution', {
      type: Execution,
      description: 'As it is now: a running one may still say `RUNNING`, and ends within a second.',
    }),
  }),
});

const CancelResult = builder.errorUnion('CancelResult', {
  description: 'What became of a cancel.',
  types: [CancelSuccess, NotFoundError, AlreadyEndedError],
  resolveType: () => CancelSuccess,
});

builder.mutationField('cancel', (t) =>
  t.field({
    type: CancelResult,
    description: 'Stops a queued or running execution. Its record and what it printed stay.',
    args: { id: t.arg.id({ required: true, description: 'The id that `execute` gave.' }) },
    resolve: async (_root, { id }, context) => ({
      execution: await unlessExpected(context.executions.cancel(callerOf(context), checkIdAsValue(id))),
    }),
  }),
);
