import {
  AlreadyEndedError,
  IdempotencyConflictError,
  InvalidInputError,
  NotFoundError,
  QueueFullError,
  UnsupportedLanguageError,
  type UserError,
} from '../executions/errors.ts';
import { builder } from './builder.ts';

const UserErrorInterface = builder.interfaceRef<UserError>('UserError').implement({
  description:
    'A failure that a caller can expect and act on. Ask for it with `... on UserError { code message }`; ' +
    'failures added later implement it too.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable, for programs: `INVALID_INPUT`, `QUEUE_FULL`, …' }),
    message: t.exposeString('message', {
      description: 'For people: what was expected and what was got. The wording may change.',
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
      description: 'The languages it can run; `runtimes` says more about each.',
      resolve: (error) => error.supported,
    }),
  }),
});

builder.objectType(QueueFullError, {
  name: 'QueueFullError',
  description:
    'Too many executions wait already, in all or of this caller. Nothing was recorded; try again later.',
  interfaces,
  fields: (t) => ({
    retryAfterMs: t.exposeInt('retryAfterMs', {
      description: 'When it is worth trying again, milliseconds from now.',
    }),
  }),
});

builder.objectType(IdempotencyConflictError, {
  name: 'IdempotencyConflictError',
  description: 'The idempotency key was used before with another input. Nothing was recorded.',
  interfaces,
  fields: (t) => ({
    executionId: t.exposeID('executionId', { description: 'The execution that holds the key.' }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description:
    "No execution with this id is known, or it is another caller's, or it was removed when it got old.",
  interfaces,
});

builder.objectType(AlreadyEndedError, {
  name: 'AlreadyEndedError',
  description: 'The execution has ended, so there is nothing to cancel.',
  interfaces,
});
