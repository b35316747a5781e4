import { CODE_BYTES } from '../bounds.ts';
import {
  type EndReason as EndReasonName,
  type Execution as ExecutionRecord,
  type ExecutionStatus as ExecutionStatusName,
  hasEnded,
} from '../executions/execution.ts';
import { checkId } from './arguments.ts';
import { builder } from './builder.ts';
import { callerOf } from './context.ts';
import { topLevel } from './failures.ts';
import { answer, eventOf, FollowedEvents } from './followed.ts';
import { chargeBytes, cost } from './limits/cost.ts';
import { asIntOrNull } from './scalars.ts';
import { CompileResult, Label, Limits, RunnerInfo, Usage } from './shared-types.ts';

export const ExecutionStatus = builder.enumType('ExecutionStatus', {
  description: 'The current status of an execution. The last three are final.',
  values: {
    QUEUED: { description: 'Recorded; waiting in the queue.' },
    STARTING: { description: 'Taken from the queue; its sandbox is being prepared.' },
    RUNNING: { description: 'The program is running.' },
    SUCCEEDED: { description: 'The program exited with code 0.' },
    FAILED: { description: 'It ended in any other way; `endReason` says which.' },
    CANCELLED: { description: 'It was cancelled before the program exited.' },
  } as const satisfies Record<ExecutionStatusName, { description: string }>,
});

const EndReason = builder.enumType('EndReason', {
  description: 'Why an execution ended: exactly one reason, the first cause, recorded once.',
  values: {
    EXITED: { description: 'The program exited; `exitCode` has its code.' },
    SIGNALLED: { description: 'A signal ended the program, and Podline did not send it; `signal` names it.' },
    TIMED_OUT: { description: 'It reached `limits.timeoutMs` and was killed.' },
    OUT_OF_MEMORY: { description: 'It used more than `limits.memoryMb`.' },
    OUTPUT_LIMIT: {
      description: 'It printed more than `limits.outputBytes`; the output up to the limit is kept.',
    },
    CANCELLED: { description: '`cancel` was called, or `cleanup` before it had ended.' },
    EVICTED: {
      description: 'The cluster evicted or preempted its pod, or it wrote more to disk than allowed.',
    },
    IMAGE_UNAVAILABLE: { description: 'The image of its language could not be pulled.' },
    UNSCHEDULABLE: {
      description: 'The cluster had no capacity for it within the time limit, or rejected it.',
    },
    INTERRUPTED: { description: 'Its node, pod or server was lost. The output up to then is kept.' },
    COMPILE_FAILED: {
      description: "Its compiler failed, and the program was not started; `exitCode` is the compiler's.",
    },
    SESSION_ENDED: { description: 'Its session ended before it did, or before it started.' },
  } as const satisfies Record<EndReasonName, { description: string }>,
});

/** Fields of what the program printed are in `output.ts`, of the files it left in `output-file.ts`. */
export const Execution = builder.objectRef<ExecutionRecord>('Execution').implement({
  description:
    'One run of one program: its record, which is kept after the program has ended and its sandbox is gone.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A UUIDv7 in lower case, so ids sort by the time of submission.' }),
    status: t.expose('status', { type: ExecutionStatus, description: 'Its current status.' }),
    endReason: t.expose('endReason', {
      type: EndReason,
      nullable: true,
      description: 'Why it ended; null until then.',
    }),
    message: t.string({
      nullable: true,
      description:
        'A sentence for people: why it is waiting (which bound is reached, or the runner), or how it ended. ' +
        'Null while it runs, and when it exited with code 0.',
      extensions: cost({ lookUps: 1 }),
      resolve: (execution, _args, { executions }, info) =>
        execution.status === 'QUEUED' ? answer(info, () => executions.message(execution)) : execution.message,
    }),
    exitCode: t.int({
      nullable: true,
      description: "The program's exit code; null until it has ended, and when it did not exit by itself.",
      resolve: ({ exitCode }) => asIntOrNull(exitCode),
    }),
    signal: t.exposeString('signal', {
      nullable: true,
      description: 'The signal that ended it, such as `SIGSEGV`; null when none did.',
    }),
    language: t.exposeString('language', { description: 'The language it runs as.' }),
    code: t.string({
      description: `The program, decoded; up to ${CODE_BYTES} bytes as UTF-8.`,
      extensions: cost({ bytes: CODE_BYTES }),
      resolve: (execution, _args, context, info) => {
        chargeBytes(info, context, Buffer.byteLength(execution.code));
        return execution.code;
      },
    }),
    args: t.stringList({
      description: 'Its command-line arguments.',
      extensions: cost({ bytes: 1024 }),
      resolve: (execution, _args, context, info) => {
        chargeBytes(
          info,
          context,
          execution.args.reduce((bytes, arg) => bytes + Buffer.byteLength(arg), 0),
        );
        return execution.args;
      },
    }),
    stdinOpen: t.exposeBoolean('stdinOpen', {
      description:
        'Whether it was submitted with `stdinOpen: true`; `stdinClosed` tells whether it is open still.',
    }),
    stdinBytes: t.int({
      description:
        'Bytes of standard input accepted so far, those of the submission included: the `offset` of the next `writeStdin`.',
      resolve: ({ stdinBytes }) => stdinBytes,
    }),
    stdinClosed: t.boolean({
      description:
        'Whether nothing more can be written to standard input: it was closed, never open, or the program has ended.',
      resolve: (execution) => execution.stdinClosed || hasEnded(execution),
    }),
    labels: t.field({
      type: [Label],
      description: 'The labels it was submitted with.',
      extensions: cost({ items: 16 }),
      resolve: (execution) => execution.labels,
    }),
    limits: t.expose('limits', { type: Limits, description: 'Its limits, with defaults filled in.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was submitted.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the program started; null until then, and when it never did.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its end was recorded; null until then.',
    }),
    queuePosition: t.int({
      nullable: true,
      description:
        'Its position in the queue, 1 is next; callers at their own bound are skipped. Null unless it is `QUEUED`.',
      extensions: cost({ lookUps: 1 }),
      resolve: (execution, _args, { executions }, info) =>
        execution.status === 'QUEUED' ? answer(info, () => executions.queuePosition(execution)) : null,
    }),
    usage: t.expose('usage', {
      type: Usage,
      nullable: true,
      description: 'What it used; null until it has ended.',
    }),
    compile: t.field({
      type: CompileResult,
      nullable: true,
      description: 'Its compile step; null until it has ended, and for a language without one.',
      resolve: ({ usage }) => usage?.compile ?? null,
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
      'One execution. Null when the id is unknown, belongs to another caller, or the record was ' +
      'removed. A malformed id is also a `BAD_USER_INPUT` error.',
    args: { id: t.arg.id({ required: true, description: 'The id that `execute` returned.' }) },
    resolve: (_root, { id }, context) => topLevel(context.executions.get(callerOf(context), checkId(id))),
  }),
);

builder.subscriptionField('execution', (t) =>
  t.field({
    type: Execution,
    description:
      'One execution: an event now and one at each change of status, until it has ended. Its output ' +
      'comes through `output`. An unknown id is a `NOT_FOUND` error.',
    args: { id: t.arg.id({ required: true, description: 'The id that `execute` returned.' }) },
    subscribe: async (_root, { id }, context) =>
      new FollowedEvents(await topLevel(context.executions.followStatus(callerOf(context), checkId(id)))),
    resolve: eventOf,
  }),
);
