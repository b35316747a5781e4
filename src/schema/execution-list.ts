import { PAGE_EXECUTIONS } from '../bounds.ts';
import type { Execution as ExecutionRecord } from '../executions/execution.ts';
import type { ListFilter } from '../executions/store.ts';
import { checkPage, DEFAULT_FIRST, toCursor } from './arguments.ts';
import { builder } from './builder.ts';
import { callerOf } from './context.ts';
import { Execution, ExecutionStatus } from './execution.ts';
import { topLevel } from './failures.ts';
import { cost } from './limits/cost.ts';
import { type Page, PageInfo, pageOf } from './page.ts';
import { LabelInput } from './shared-types.ts';

const ExecutionEdge = builder.objectRef<ExecutionRecord>('ExecutionEdge').implement({
  description: 'An execution and its cursor in the list.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Pass it as `after` for what follows this one.',
      resolve: (execution) => toCursor(execution.id),
    }),
    node: t.field({ type: Execution, description: 'The execution.', resolve: (execution) => execution }),
  }),
});

export const ExecutionConnection = builder.objectRef<Page<ExecutionRecord>>('ExecutionConnection').implement({
  description: 'A page of executions, as the Relay connection specification defines it.',
  fields: (t) => ({
    edges: t.field({
      type: [ExecutionEdge],
      description: 'The executions of this page.',
      resolve: ({ items }) => items,
    }),
    pageInfo: t.field({
      type: PageInfo,
      description: 'Where this page is within the list.',
      resolve: (page) => page,
    }),
  }),
});

const ExecutionFilter = builder.inputType('ExecutionFilter', {
  description: 'Which executions to list: those that match every condition given.',
  fields: (t) => ({
    statuses: t.field({
      type: [ExecutionStatus],
      description: 'Only with one of these statuses; an empty list counts as not given.',
    }),
    language: t.string({ description: 'Only in this language.' }),
    label: t.field({
      type: LabelInput,
      description: 'Only with this label; both name and value must match.',
    }),
    createdAfter: t.field({ type: 'DateTime', description: 'Only submitted after this.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Only submitted before this.' }),
  }),
});

builder.queryField('executions', (t) =>
  t.field({
    type: ExecutionConnection,
    description: 'The executions of the caller, newest first.',
    args: {
      first: t.arg.int({
        defaultValue: DEFAULT_FIRST,
        description: `Maximum number of executions, 1 to ${PAGE_EXECUTIONS}.`,
      }),
      after: t.arg.string({
        description: 'Only those after this cursor: `pageInfo.endCursor` of the previous page.',
      }),
      filter: t.arg({ type: ExecutionFilter, description: 'Only those that match.' }),
    },
    extensions: cost({ lookUps: 1, page: { max: PAGE_EXECUTIONS } }),
    resolve: async (_root, args, context) => {
      const caller = callerOf(context);
      const { first, after } = checkPage(args, PAGE_EXECUTIONS);
      const filter = withoutNulls(args.filter ?? {});
      const query = { first, filter, ...(after === undefined ? {} : { after }) };
      return pageOf(await topLevel(context.executions.list(caller, query)), first, after);
    },
  }),
);

/** GraphQL's null counts as not given. */
function withoutNulls(
  filter: {
    readonly [name in keyof ListFilter]?: ListFilter[name] | null | undefined;
  },
): ListFilter {
  return {
    ...(filter.statuses?.length ? { statuses: filter.statuses } : {}),
    ...(typeof filter.language === 'string' ? { language: filter.language } : {}),
    ...(filter.label ? { label: { name: filter.label.name, value: filter.label.value } } : {}),
    ...(typeof filter.createdAfter === 'number' ? { createdAfter: filter.createdAfter } : {}),
    ...(typeof filter.createdBefore === 'number' ? { createdBefore: filter.createdBefore } : {}),
  };
}
