import { EVENT_BYTES, PAGE_CHUNKS, TAIL_LINES } from '../bounds.ts';
import type { OutputBatch } from '../executions/output/follow.ts';
import { checkAfter, checkId, checkRange } from './arguments.ts';
import { builder } from './builder.ts';
import { callerOf } from './context.ts';
import { Execution } from './execution.ts';
import { topLevel } from './failures.ts';
import { answer, eventOf, FollowedEvents } from './followed.ts';
import { cost } from './limits/weight.ts';
import { chunksOf, OutputChunk } from './output-chunk.ts';

const OutputEvent = builder.objectRef<OutputBatch>('OutputEvent').implement({
  description: 'One event of watching an output.',
  fields: (t) => ({
    chunks: t.field({
      type: [OutputChunk],
      resolve: ({ chunks, execution }) => chunksOf(execution.id, chunks),
      description:
        'What was printed since the previous event, in order. Empty in an event that is there for the status, and ' +
        'maybe in the last one.',
      extensions: cost({ items: PAGE_CHUNKS, bytes: EVENT_BYTES }),
    }),
    cursor: t.exposeInt('cursor', {
      description: 'Number of the last chunk up to this event. Pass it as `after` to resume from here.',
    }),
    tail: t.stringList({
      description:
        'The last lines printed up to this event, for viewers that show one event at a time. Both ' +
        'streams in the order they arrived; a line of more than 500 characters is cut.',
      args: {
        lines: t.arg.int({ defaultValue: 20, description: `Maximum number of lines, 1 to ${TAIL_LINES}.` }),
      },
      extensions: cost({ lookUps: 1, settledByEvent: true, bytes: EVENT_BYTES }),
      resolve: ({ execution, cursor }, args, { executions }, info) => {
        const lines = checkRange('lines', args.lines, { minimum: 1, maximum: TAIL_LINES, fallback: 20 });
        return answer(info, () => executions.output.tail(execution, cursor, lines));
      },
    }),
    ended: t.exposeBoolean('ended', {
      description: 'Whether this is the last event: the execution has ended.',
    }),
    execution: t.expose('execution', {
      type: Execution,
      description:
        'The execution as of this event: its status and, in the last event, its end. Its whole `output` ' +
        'cannot be selected here.',
    }),
  }),
});

builder.subscriptionField('output', (t) =>
  t.field({
    type: OutputEvent,
    description:
      'The output after chunk number `after`: first what was printed before, then what is printed ' +
      'while the program runs. The first event comes at once, and one without chunks whenever the status or ' +
      'the `message` changes while nothing is printed. The last event has `ended: true`, then the stream completes; for an ' +
      'execution that has ended it completes at once. Subscribe again with the last `cursor` to resume ' +
      'without a gap or a repeat, at any replica. An unknown id is a `NOT_FOUND` error.',
    args: {
      id: t.arg.id({ required: true, description: 'The id that `execute` returned.' }),
      after: t.arg.int({
        defaultValue: 0,
        description: 'The last `cursor` seen, 0 or more; 0 is the beginning.',
      }),
    },
    subscribe: async (_root, { id, after }, context) =>
      new FollowedEvents(
        await topLevel(context.executions.followOutput(callerOf(context), checkId(id), checkAfter(after))),
        (batch) => batch,
      ),
    resolve: eventOf,
  }),
);
