import { STDIN_TOTAL_BYTES, STDIN_UNREAD_BYTES, STDIN_WRITE_BYTES } from '../bounds.ts';
import {
  AlreadyEndedError,
  InvalidInputError,
  NotFoundError,
  NotSupportedError,
  StdinClosedError,
  StdinFullError,
  StdinOffsetError,
} from '../executions/errors.ts';
import type { Execution as ExecutionRecord } from '../executions/execution.ts';
import { checkIdAsValue } from './arguments.ts';
import { builder } from './builder.ts';
import { callerOf } from './context.ts';
import { Encoding } from './execute.ts';
import { Execution } from './execution.ts';
import { unlessExpected } from './failures.ts';

const WriteStdinSuccess = builder.objectRef<{ execution: ExecutionRecord }>('WriteStdinSuccess').implement({
  description:
    'The bytes are stored, and reach the program even if this server stops now where programs outlive it.',
  fields: (t) => ({
    execution: t.expose('execution', {
      type: Execution,
      description: 'The execution as it is now; its `stdinBytes` is the next offset.',
    }),
  }),
});

const WriteStdinResult = builder.errorUnion('WriteStdinResult', {
  description: 'The result of a write to standard input.',
  types: [
    WriteStdinSuccess,
    NotFoundError,
    AlreadyEndedError,
    StdinClosedError,
    StdinFullError,
    StdinOffsetError,
    InvalidInputError,
  ],
  resolveType: () => WriteStdinSuccess,
});

builder.mutationField('writeStdin', (t) =>
  t.field({
    type: WriteStdinResult,
    description:
      'Appends to the standard input of an execution that was submitted with `stdinOpen: true`. Returns once the bytes are ' +
      `stored. Up to ${STDIN_WRITE_BYTES} bytes at once, ${STDIN_UNREAD_BYTES} that the program has not read, and ` +
      `${STDIN_TOTAL_BYTES} in all.`,
    args: {
      id: t.arg.id({ required: true, description: 'The id that `execute` returned.' }),
      data: t.arg.string({ required: true, defaultValue: '', description: 'What the program reads next.' }),
      encoding: t.arg({
        type: Encoding,
        required: true,
        defaultValue: 'UTF8',
        description: 'How `data` is written; BASE64 may hold any bytes.',
      }),
      offset: t.arg.int({
        description:
          'Bytes of standard input before `data`, as `stdinBytes` tells them. With it a repetition of the last write is ' +
          'harmless, and a writer learns of another one; without it `data` goes behind whatever was written.',
      }),
      end: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Whether standard input ends behind `data`, which may be empty.',
      }),
    },
    resolve: async (_root, { id, data: text, encoding, offset = null, end }, context) => {
      const input = { data: { text, encoding }, offset, end };
      const { executions } = context;
      return {
        execution: await unlessExpected(executions.writeStdin(callerOf(context), checkIdAsValue(id), input)),
      };
    },
  }),
);

const InterruptSuccess = builder.objectRef<{ execution: ExecutionRecord }>('InterruptSuccess').implement({
  description: 'The request is recorded and will be carried out. The program may go on.',
  fields: (t) => ({
    execution: t.expose('execution', { type: Execution, description: 'The execution as it is now.' }),
  }),
});

const InterruptResult = builder.errorUnion('InterruptResult', {
  description: 'The result of an interrupt.',
  types: [InterruptSuccess, NotFoundError, AlreadyEndedError, NotSupportedError],
  resolveType: () => InterruptSuccess,
});

builder.mutationField('interrupt', (t) =>
  t.field({
    type: InterruptResult,
    description:
      'Interrupts a program as Ctrl-C does (SIGINT; `KeyboardInterrupt` in Python). It may catch that and go on: `cancel` ' +
      'ends it for good. One that has not started is interrupted at its start.',
    args: { id: t.arg.id({ required: true, description: 'The id that `execute` returned.' }) },
    resolve: async (_root, { id }, context) => ({
      execution: await unlessExpected(context.executions.interrupt(callerOf(context), checkIdAsValue(id))),
    }),
  }),
);
