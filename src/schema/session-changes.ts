import * as bounds from '../bounds.ts';
import {
  IdempotencyConflictError,
  InvalidInputError,
  NotFoundError,
  QueueFullError,
  UnsupportedLanguageError,
} from '../executions/errors.ts';
import type { Session as SessionRecord } from '../executions/sessions/session.ts';
import { DEFAULT_LANGUAGE } from '../runner/languages/languages.ts';
import { checkSessionIdAsValue } from './arguments.ts';
import { builder } from './builder.ts';
import { callerOf } from './context.ts';
import { EnvironmentVariableInput, FileInput } from './execute.ts';
import { unlessExpected } from './failures.ts';
import { Session } from './session.ts';
import { LabelInput, LimitsInput } from './shared-types.ts';

const CreateSessionInput = builder.inputType('CreateSessionInput', {
  description: 'A session and what its sandbox has. Nothing is required.',
  fields: (t) => ({
    language: t.string({
      required: true,
      defaultValue: DEFAULT_LANGUAGE.name,
      description: 'The language of everything that runs in it: one with `runtimes { sessions }`.',
    }),
    files: t.field({
      type: [FileInput],
      required: true,
      defaultValue: [],
      description:
        `Files placed in its directory, up to ${bounds.FILES_COUNT} files and ${bounds.FILES_BYTES} bytes. Files that an ` +
        'execution leaves there are there for the next one.',
    }),
    env: t.field({
      type: [EnvironmentVariableInput],
      required: true,
      defaultValue: [],
      description:
        `Environment of everything that runs in it, up to ${bounds.ENV_COUNT} variables and ${bounds.ENV_BYTES} bytes. ` +
        'Values are never stored.',
    }),
    limits: t.field({
      type: LimitsInput,
      description:
        'Memory and processor time of the whole sandbox; all of them are what its executions have by default.',
    }),
    idleTimeoutMs: t.int({
      description:
        `It ends when nothing has run in it for this long, milliseconds: ${bounds.SESSION_IDLE_MIN_MS} or more, and no longer ` +
        "than a session lives. 10 minutes unless the server's settings say otherwise.",
    }),
    labels: t.field({
      type: [LabelInput],
      required: true,
      defaultValue: [],
      description: `Labels of the session, up to ${bounds.LABELS_COUNT}; its executions have their own.`,
    }),
    idempotencyKey: t.string({
      description:
        'Makes a creation safe to repeat: the same key with the same input returns the same session, which may have ended ' +
        'by then; with another input it is an `IdempotencyConflictError`.',
    }),
  }),
});

/** Whole, because GraphQL does not fill in the defaults of an input's fields where the input itself is a default. */
const NOTHING_GIVEN = { language: DEFAULT_LANGUAGE.name, files: [], env: [], labels: [] };

const CreateSessionSuccess = builder.objectRef<{ session: SessionRecord }>('CreateSessionSuccess').implement({
  description: 'The session is recorded, and its sandbox is being made.',
  fields: (t) => ({
    session: t.expose('session', {
      type: Session,
      description: 'Submit to it by its `id`, at once: what comes before it is ready waits.',
    }),
  }),
});

const CreateSessionResult = builder.errorUnion('CreateSessionResult', {
  description: 'The result of creating a session.',
  types: [
    CreateSessionSuccess,
    InvalidInputError,
    UnsupportedLanguageError,
    QueueFullError,
    IdempotencyConflictError,
  ],
  resolveType: () => CreateSessionSuccess,
});

builder.mutationField('createSession', (t) =>
  t.field({
    type: CreateSessionResult,
    description:
      'Makes a sandbox that the caller keeps until `endSession`, its idle limit or its lifetime. Returns once it is recorded.',
    args: {
      input: t.arg({
        type: CreateSessionInput,
        required: true,
        defaultValue: NOTHING_GIVEN,
        description: 'What the session has.',
      }),
    },
    resolve: async (_root, { input }, context) => ({
      session: await unlessExpected(context.executions.sessions.create(callerOf(context), input)),
    }),
  }),
);

const EndSessionSuccess = builder.objectRef<{ session: SessionRecord }>('EndSessionSuccess').implement({
  description: 'The session has ended, or is about to.',
  fields: (t) => ({
    session: t.expose('session', {
      type: Session,
      description: 'The session as it is now. One that had ended before stays as it was.',
    }),
  }),
});

const EndSessionResult = builder.errorUnion('EndSessionResult', {
  description: 'The result of ending a session.',
  types: [EndSessionSuccess, NotFoundError],
  resolveType: () => EndSessionSuccess,
});

builder.mutationField('endSession', (t) =>
  t.field({
    type: EndSessionResult,
    description:
      'Ends a session. What runs in it is stopped, and what waits in it does not start: both end `SESSION_ENDED`. Records ' +
      'and output stay. Safe to repeat.',
    args: { id: t.arg.id({ required: true, description: 'The id that `createSession` returned.' }) },
    resolve: async (_root, { id }, context) => ({
      session: await unlessExpected(end(context, id)),
    }),
  }),
);

async function end(context: Parameters<typeof callerOf>[0], id: string): Promise<SessionRecord> {
  return context.executions.sessions.end(callerOf(context), checkSessionIdAsValue(id));
}
