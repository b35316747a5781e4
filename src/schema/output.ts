import { EVENT_BYTES, PAGE_CHUNKS, TAIL_LINES } from '../bounds.ts';
import type { OutputBatch } from '../executions/output/follow.ts';
import { checkAfter, checkId, checkRange } from './arguments.ts';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import { Execution } from './execution.ts';
import { topLevel } from './failures.ts';
import { answer, eventOf, untilFailure } from './followed.ts';
import { cost } from './limits/weight.ts';
import { OutputChunk } from './output-chunk.ts';

const OutputEvent = builder.objectRef<OutputBatch>('OutputEvent').implement({
  description: 'One step of watching an output.',
  fields: (t) => ({
    chunks: t.expose('chunks', {
      type: [OutputChunk],
      description: 'What was printed since the event before, in order. Empty only in the last event.',
      extensions: cost({ items: PAGE_CHUNKS, bytes: EVENT_BYTES }),
    }),
    cursor: t.exposeInt('cursor', {
      description: 'Number of the last chunk of this event; give it as `after` to continue from here.',
    }),
    tail: t.stringList({
      description:
        'The last lines printed up to this event, for viewers that show one event at a time. Both streams in the ' +
        'order they arrived; a line of over 500 characters is cut.',
      args: {
        lines: t.arg.int({ defaultValue: 20, description: `How many lines at most, 1 to ${TAIL_LINES}.` }),
      },
      extensions: cost({ lookUps: 1, bytes: EVENT_BYTES }),
      resolve: ({ execution, cursor }, args, { executions }, info) => {
        const lines = checkRange('lines', args.lines, { minimum: 1, maximum: TAIL_LINES, fallback: 20 });
        return answer(info, () => executions.outputTail(execution, cursor, lines));
      },
    }),
    ended: t.exposeBoolean('ended', {
      description: 'Whether this is the last event: the execution has ended.',
    }),
    execution: t.expose('execution', {
      type: Execution,
      description:
        'The execution as it stands with this event, for its status and, in the last event, its end. Its whole ' +
        '`output` cannot be asked for here.',
    }),
  }),
});

builder.subscriptionField('output', (t) =>
  t.field({
    type: OutputEvent,
    description:
      'Everything printed after chunk number `after`, then what is printed while it runs. The last event has ' +
      '`ended: true`, then the stream completes; for an execution that has ended that comes at once. Subscribing ' +
      'again with the last `cursor` seen continues with no gap and no repeat, from any replica. An unknown id is a ' +
      '`NOT_FOUND` error.',
    args: {
      id: t.arg.id({ required: true, description: 'The id that `execute` gave.' }),
      after: t.arg.int({
        defaultValue: 0,
        description: 'The last `cursor` seen, 0 or more; 0 is the beginning.',
      }),
    },
    subscribe: async (_root, { id, after }, context) =>
      untilFailure(
        await topLevel(context.executions.followOutput(callerOf(context), checkId(id), checkAfter(after))),
      ),
    resolve: eventOf,
  }),
);
