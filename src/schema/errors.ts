import {
  AlreadyEndedError,
  IdempotencyConflictError,
  InvalidInputError,
  NotFoundError,
  NotSupportedError,
  QueueFullError,
  SessionEndedError,
  StdinClosedError,
  StdinFullError,
  StdinOffsetError,
  UnsupportedLanguageError,
  type UserError,
} from '../executions/errors.ts';
import { builder } from './builder.ts';

const UserErrorInterface = builder.interfaceRef<UserError>('UserError').implement({
  description:
    'A failure that a caller can expect and handle. Select it with `... on UserError { code message ' +
    '}`; failures added later implement it too.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable, for programs: `INVALID_INPUT`, `QUEUE_FULL`, …' }),
    message: t.exposeString('message', {
      description: 'For people: what was expected and what was received. The wording may change.',
    }),
  }),
});
const interfaces = [UserErrorInterface];

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'A value of the input is wrong. Nothing was recorded.',
  interfaces,
  fields: (t) => ({
    field: t.exposeString('field', {
      description: 'Where the value stands in the input: `code`, `files[2].path`, `limits.timeoutMs`.',
    }),
  }),
});

builder.objectType(UnsupportedLanguageError, {
  name: 'UnsupportedLanguageError',
  description: 'This server has no runtime for the language.',
  interfaces,
  fields: (t) => ({
    supported: t.stringList({
      description: 'The languages it can run; `runtimes` has details of each.',
      resolve: (error) => error.supported,
    }),
  }),
});

builder.objectType(QueueFullError, {
  name: 'QueueFullError',
  description:
    'Too many executions are queued, or sessions open, of this caller or of all. Nothing was recorded; try again later.',
  interfaces,
  fields: (t) => ({
    retryAfterMs: t.exposeInt('retryAfterMs', {
      description: 'When to retry, milliseconds from now.',
    }),
  }),
});

builder.objectType(IdempotencyConflictError, {
  name: 'IdempotencyConflictError',
  description: 'The idempotency key was used before with another input. Nothing was recorded.',
  interfaces,
  fields: (t) => ({
    executionId: t.exposeID('executionId', {
      description: 'The execution that holds the key; of `createSession`, the session.',
    }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description:
    'The id is unknown, or belongs to another caller, or the record was removed when its retention ended.',
  interfaces,
});

builder.objectType(SessionEndedError, {
  name: 'SessionEndedError',
  description:
    'The session has ended, so nothing can run in it any more. Nothing was recorded; make another one.',
  interfaces,
});

builder.objectType(AlreadyEndedError, {
  name: 'AlreadyEndedError',
  description: 'The execution has ended, so there is nothing to cancel, to interrupt or to write to.',
  interfaces,
});

builder.objectType(NotSupportedError, {
  name: 'NotSupportedError',
  description:
    "This server cannot do it for programs in the execution's language; `runtimes { notes }` says what it cannot.",
  interfaces,
});

builder.objectType(StdinClosedError, {
  name: 'StdinClosedError',
  description: 'Standard input was closed, or not submitted with `stdinOpen: true`. Nothing was recorded.',
  interfaces,
});

builder.objectType(StdinFullError, {
  name: 'StdinFullError',
  description:
    'The program has not read enough of what was written before. Nothing was recorded; try again later.',
  interfaces,
  fields: (t) => ({
    retryAfterMs: t.exposeInt('retryAfterMs', { description: 'When to retry, milliseconds from now.' }),
  }),
});

builder.objectType(StdinOffsetError, {
  name: 'StdinOffsetError',
  description: 'The write does not begin where the one before it ends. Nothing was recorded.',
  interfaces,
  fields: (t) => ({
    offset: t.exposeInt('offset', { description: 'The offset that is next.' }),
  }),
});
