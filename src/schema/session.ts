import type { Caller } from '../executions/caller.ts';
import type { Execution as ExecutionRecord } from '../executions/execution.ts';
import {
  type SessionContext as ContextRecord,
  type SessionEndReason as EndReasonName,
  expiresAt,
  type Session as SessionRecord,
  type SessionStatus as StatusName,
} from '../executions/sessions/session.ts';
import { checkSessionId } from './arguments.ts';
import { builder } from './builder.ts';
import { callerOf } from './context.ts';
import { Execution } from './execution.ts';
import { topLevel } from './failures.ts';
import { answer, eventOf, FollowedEvents } from './followed.ts';

import { cost } from './limits/cost.ts';

import { Label, Limits, RunnerInfo } from './shared-types.ts';

export const SessionStatus = builder.enumType('SessionStatus', {
  description: 'The current status of a session.',
  values: {
    STARTING: { description: 'Its sandbox is being prepared; executions can be submitted already.' },
    IDLE: { description: 'Nothing runs in it.' },
    BUSY: { description: 'An execution runs in it.' },
    ENDED: { description: 'Its sandbox is gone; its executions and their output stay. Final.' },
  } as const satisfies Record<StatusName, { description: string }>,
});

const SessionEndReason = builder.enumType('SessionEndReason', {
  description: 'Why a session ended: exactly one reason, the first cause, recorded once.',
  values: {
    CLOSED: { description: '`endSession` was called.' },
    IDLE_TIMEOUT: { description: 'Nothing ran in it for its idle limit.' },
    LIFETIME: { description: 'It has lived as long as a session may.' },
    OUT_OF_MEMORY: { description: 'Its sandbox used more than `limits.memoryMb`.' },
    LOST: { description: 'Its sandbox is gone: its node, pod or server was lost or stopped.' },
    UNSCHEDULABLE: { description: 'There was no room for its sandbox.' },
    IMAGE_UNAVAILABLE: { description: 'The image of its language could not be pulled.' },
  } as const satisfies Record<EndReasonName, { description: string }>,
});

const SessionContext = builder.objectRef<ContextRecord>('SessionContext').implement({
  description: 'A named interpreter of a session, whose variables stay from one execution to the next.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As `ExecuteInput.context` names it.' }),
    executionCount: t.exposeInt('executionCount', { description: 'How many executions ran in it.' }),
    stateLost: t.exposeBoolean('stateLost', {
      description:
        'Whether its interpreter had to be killed, or died, with the last execution: its variables are lost, and the next ' +
        'execution finds a new one.',
    }),
  }),
});

export const Session = builder.objectRef<SessionRecord>('Session').implement({
  description:
    'A sandbox that its caller keeps. Executions with its id run in it one at a time, in the order in which they came.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A UUIDv7 in lower case, so ids sort by the time of creation.' }),
    status: t.expose('status', { type: SessionStatus, description: 'Its current status.' }),
    endReason: t.expose('endReason', {
      type: SessionEndReason,
      nullable: true,
      description: 'Why it ended; null until then.',
    }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'A sentence for people: how it ended. Null until then, and when its caller ended it.',
    }),
    language: t.exposeString('language', { description: 'The language of everything that runs in it.' }),
    limits: t.expose('limits', {
      type: Limits,
      description:
        'Memory and processor time of the whole sandbox; all of them are what its executions have by default.',
    }),
    labels: t.field({
      type: [Label],
      description: 'The labels it was created with.',
      extensions: cost({ items: 16 }),
      resolve: ({ labels }) => labels,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    idleTimeoutMs: t.exposeInt('idleTimeoutMs', {
      description: 'It ends when nothing has run in it for this long, milliseconds.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      description: 'When it was ready, or an execution in it last began or ended.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When it ends unless something runs in it until then; while something does, when it ends in any case. Null once it has ended.',
      resolve: expiresAt,
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its end was recorded; null until then.',
    }),
    contexts: t.field({
      type: [SessionContext],
      description: 'Its named interpreters, in the order of their first use.',
      extensions: cost({ items: 8 }),
      resolve: ({ contexts }) => contexts,
    }),
    runner: t.expose('runner', {
      type: RunnerInfo,
      nullable: true,
      description: 'Where its sandbox is or was; null before it is made.',
    }),
  }),
});

builder.objectFields(Execution, (t) => ({
  session: t.field({
    type: Session,
    nullable: true,
    description:
      'The session that it runs in; null for one with a sandbox of its own, and once the record is removed.',
    extensions: cost({ lookUps: 1 }),
    resolve: ({ sessionId, caller }: ExecutionRecord, _args, { executions }, info) =>
      sessionId === null ? null : answer(info, () => executions.sessions.get(caller as Caller, sessionId)),
  }),
  context: t.exposeString('context', {
    nullable: true,
    description: 'The named interpreter that it runs in; null for a fresh process.',
  }),
}));

builder.queryField('session', (t) =>
  t.field({
    type: Session,
    nullable: true,
    description:
      'One session. Null when the id is unknown, belongs to another caller, or the record was removed. A malformed id is ' +
      'also a `BAD_USER_INPUT` error.',
    args: { id: t.arg.id({ required: true, description: 'The id that `createSession` returned.' }) },
    resolve: (_root, { id }, context) =>
      topLevel(context.executions.sessions.get(callerOf(context), checkSessionId(id))),
  }),
);

builder.subscriptionField('session', (t) =>
  t.field({
    type: Session,
    description:
      'One session: an event now and one at each change of status, until it has ended. An unknown id is a `NOT_FOUND` error.',
    args: { id: t.arg.id({ required: true, description: 'The id that `createSession` returned.' }) },
    subscribe: async (_root, { id }, context) =>
      new FollowedEvents(
        await topLevel(context.executions.sessions.follow(callerOf(context), checkSessionId(id))),
      ),
    resolve: eventOf,
  }),
);
