import { CODE_BYTES } from '../bounds.ts';
import type { Execution as ExecutionRecord } from '../executions/execution.ts';
import { checkId } from './arguments.ts';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import { EndReason, ExecutionStatus } from './execution-status.ts';
import { topLevel } from './failures.ts';
import { answer, eventOf, untilFailure } from './followed.ts';
import { Label } from './label.ts';
import { chargeBytes } from './limits/response-bytes.ts';
import { cost } from './limits/weight.ts';
import { Limits } from './run-limits.ts';
import { RunnerInfo, Usage } from './usage.ts';

/** What the program printed is in `execution-output.ts`. */
export const Execution = builder.objectRef<ExecutionRecord>('Execution').implement({
  description:
    'One run of one program: the record, which stays after the program has ended and its sandbox is gone.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A UUIDv7 in lower case, so ids sort by the time of submission.' }),
    status: t.expose('status', { type: ExecutionStatus, description: 'How far it is.' }),
    endReason: t.expose('endReason', {
      type: EndReason,
      nullable: true,
      description: 'Why it ended; null until then.',
    }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'A sentence for people: why it waits, or how it ended. Null when there is nothing to say.',
    }),
    exitCode: t.exposeInt('exitCode', {
      nullable: true,
      description: "The program's exit code; null until it ended, and when it did not end by itself.",
    }),
    signal: t.exposeString('signal', {
      nullable: true,
      description: 'The signal that ended it, such as `SIGSEGV`; null when none did.',
    }),
    language: t.exposeString('language', { description: 'The language it runs as.' }),
    code: t.string({
      description: `The program, decoded; up to ${CODE_BYTES} bytes as UTF-8.`,
      extensions: cost({ bytes: CODE_BYTES }),
      resolve: (execution, _args, _context, info) => {
        chargeBytes(info, Buffer.byteLength(execution.code));
        return execution.code;
      },
    }),
    args: t.stringList({
      description: 'Its command-line arguments.',
      extensions: cost({ bytes: 1024 }),
      resolve: (execution, _args, _context, info) => {
        chargeBytes(
          info,
          execution.args.reduce((bytes, arg) => bytes + Buffer.byteLength(arg), 0),
        );
        return execution.args;
      },
    }),
    labels: t.field({
      type: [Label],
      description: 'The labels it was submitted with.',
      extensions: cost({ items: 16 }),
      resolve: (execution) => execution.labels,
    }),
    limits: t.expose('limits', { type: Limits, description: 'What it may use, defaults filled in.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was submitted.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the program got its first instruction; null before, and when it never did.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its end was recorded; null until then.',
    }),
    queuePosition: t.int({
      nullable: true,
      description: 'Its place in the queue: 1 is next. Null unless it is `QUEUED`.',
      extensions: cost({ lookUps: 1 }),
      resolve: (execution, _args, { executions }, info) =>
        execution.status === 'QUEUED' ? answer(info, () => executions.queuePosition(execution)) : null,
    }),
    usage: t.expose('usage', {
      type: Usage,
      nullable: true,
      description: 'What it used; null until it ended.',
    }),
    runner: t.expose('runner', {
      type: RunnerInfo,
      nullable: true,
      description: 'Where it runs or ran; null before it starts.',
    }),
  }),
});

builder.queryField('execution', (t) =>
  t.field({
    type: Execution,
    nullable: true,
    description:
      "One execution. Null when the id is unknown, another caller's, or removed; a `BAD_USER_INPUT` error comes with " +
      'the null when it has not even the form of an id.',
    args: { id: t.arg.id({ required: true, description: 'The id that `execute` gave.' }) },
    resolve: (_root, { id }, context) => topLevel(context.executions.get(callerOf(context), checkId(id))),
  }),
);

builder.subscriptionField('execution', (t) =>
  t.field({
    type: Execution,
    description:
      'One execution as it goes on: an event now, one at each change of status, completing at the end. What it prints ' +
      'comes through `output`. An unknown id is a `NOT_FOUND` error.',
    args: { id: t.arg.id({ required: true, description: 'The id that `execute` gave.' }) },
    subscribe: async (_root, { id }, context) =>
      untilFailure(await topLevel(context.executions.followStatus(callerOf(context), checkId(id)))),
    resolve: eventOf,
  }),
);
