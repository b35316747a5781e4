import { PAGE_EXECUTIONS, PAGE_SESSIONS, SESSION_IDLE_MIN_MS } from '../bounds.ts';
import type { Session as SessionRecord } from '../executions/sessions/session.ts';
import type { SessionsOptions } from '../executions/sessions/sessions.ts';
import { checkPage, DEFAULT_FIRST, toCursor } from './arguments.ts';
import { builder } from './builder.ts';
import { callerOf } from './context.ts';
import { ExecutionConnection } from './execution-list.ts';
import { topLevel } from './failures.ts';
import { answer } from './followed.ts';
import { cost } from './limits/cost.ts';
import { type Page, PageInfo, pageOf } from './page.ts';
import { Session, SessionStatus } from './session.ts';

const SessionEdge = builder.objectRef<SessionRecord>('SessionEdge').implement({
  description: 'A session and its cursor in the list.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Pass it as `after` for what follows this one.',
      resolve: ({ id }) => toCursor(id),
    }),
    node: t.field({ type: Session, description: 'The session.', resolve: (session) => session }),
  }),
});

const SessionConnection = builder.objectRef<Page<SessionRecord>>('SessionConnection').implement({
  description: 'A page of sessions, as the Relay connection specification defines it.',
  fields: (t) => ({
    edges: t.field({
      type: [SessionEdge],
      description: 'The sessions of this page.',
      resolve: ({ items }) => items,
    }),
    pageInfo: t.field({
      type: PageInfo,
      description: 'Where this page is within the list.',
      resolve: (page) => page,
    }),
  }),
});

builder.queryField('sessions', (t) =>
  t.field({
    type: SessionConnection,
    description:
      'The sessions of the caller, newest first; those that have ended are kept as long as executions are.',
    args: {
      first: t.arg.int({
        defaultValue: DEFAULT_FIRST,
        description: `Maximum number of sessions, 1 to ${PAGE_SESSIONS}.`,
      }),
      after: t.arg.string({
        description: 'Only those after this cursor: `pageInfo.endCursor` of the previous page.',
      }),
      status: t.arg({ type: SessionStatus, description: 'Only with this status.' }),
    },
    extensions: cost({ lookUps: 1, page: { max: PAGE_SESSIONS } }),
    resolve: async (_root, args, context) => {
      const caller = callerOf(context);
      const { first, after } = checkPage(args, PAGE_SESSIONS);
      const query = {
        first,
        ...(after === undefined ? {} : { before: after }),
        ...(args.status ? { status: args.status } : {}),
      };
      return pageOf(await topLevel(context.executions.sessions.list(caller, query)), first, after);
    },
  }),
);

const SessionLimits = builder.objectRef<SessionsOptions>('SessionLimits').implement({
  description: 'What this server allows sessions, by its settings.',
  fields: (t) => ({
    minIdleTimeoutMs: t.int({
      description: 'The minimum of `CreateSessionInput.idleTimeoutMs`.',
      resolve: () => SESSION_IDLE_MIN_MS,
    }),
    idleTimeoutMs: t.int({
      description: 'What counts where none is given.',
      resolve: ({ idleTimeoutMs, lifetimeMs }) => Math.min(idleTimeoutMs, lifetimeMs),
    }),
    lifetimeMs: t.exposeInt('lifetimeMs', {
      description: 'How long any session lives, milliseconds; also the maximum of its `idleTimeoutMs`.',
    }),
    maxOpen: t.exposeInt('maxSessionsPerCaller', {
      description: 'How many sessions a caller may have open.',
    }),
  }),
});

builder.queryField('sessionLimits', (t) =>
  t.field({
    type: SessionLimits,
    description: 'What this server allows sessions.',
    resolve: (_root, _args, context) => {
      callerOf(context);
      return context.executions.sessions.limits;
    },
  }),
);

builder.objectField(Session, 'executions', (t) =>
  t.field({
    type: ExecutionConnection,
    description: 'What ran, runs and waits in it, newest first.',
    args: {
      first: t.arg.int({
        defaultValue: DEFAULT_FIRST,
        description: `Maximum number of executions, 1 to ${PAGE_EXECUTIONS}.`,
      }),
      after: t.arg.string({
        description: 'Only those after this cursor: `pageInfo.endCursor` of the previous page.',
      }),
    },
    extensions: cost({ lookUps: 1, page: { max: PAGE_EXECUTIONS } }),
    resolve: async ({ id }, args, { executions }, info) => {
      const { first, after } = checkPage(args, PAGE_EXECUTIONS);
      const query = { sessionId: id, first, ...(after === undefined ? {} : { before: after }) };
      return pageOf(await answer(info, () => executions.sessions.executions(query)), first, after);
    },
  }),
);
