import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../src/executions/sessions/session.ts';
import type { Store } from '../../../src/executions/store.ts';
import type { Theme } from '../store.ts';
import { create, createEnded, EMPTY_PAYLOAD, FIRST_CREATED_AT, ids, sample } from './samples.ts';

let count = 0;

/** A session that is idle, younger than every one before it. */
export function aSession(overrides: Partial<Session> = {}): Session {
  const createdAt = overrides.createdAt ?? FIRST_CREATED_AT + count * 1000;
  count += 1;
  const id = overrides.id ?? v7({ msecs: createdAt });
  return {
    id,
    caller: 'anonymous',
    uniqueKey: `id:${id}`,
    inputHash: null,
    status: 'IDLE',
    endReason: null,
    message: null,
    language: 'python',
    limits: { timeoutMs: 30_000, memoryMb: 256, cpuMillis: 1000, outputBytes: 10_485_760 },
    labels: [],
    idleTimeoutMs: 600_000,
    lifetimeMs: 86_400_000,
    createdAt,
    lastUsedAt: createdAt,
    endRequestedAt: null,
    endedAt: null,
    contexts: [],
    runner: null,
    owner: 'process-1',
    epoch: 1,
    ...overrides,
  };
}

const FULL: Partial<Session> = {
  caller: 'key:ünïcode 😀',
  inputHash: 'v1:abc',
  status: 'ENDED',
  endReason: 'OUT_OF_MEMORY',
  message: 'It used more than 256 MiB.',
  labels: [{ name: 'team', value: 'a=b' }],
  lastUsedAt: 1_893_456_000_001,
  endRequestedAt: 1_893_456_000_002,
  endedAt: 1_893_456_000_003,
  contexts: [{ name: 'π "main"', executionCount: 3, stateLost: true }],
  runner: { kind: 'kubernetes', job: 'j', pod: 'p', podUid: 'u', node: null, warm: true },
};

async function created(store: Store, overrides: Partial<Session> = {}): Promise<Session> {
  const session = aSession(overrides);
  await store.sessions.createSession(session);
  return session;
}

export const describeSessions: Theme = (store) => {
  const sessions = () => store().sessions;

  describe('sessions', () => {
    it('keep every field, set or null', async () => {
      for (const overrides of [{}, FULL]) {
        const session = await created(store(), overrides);
        expect(await sessions().getSession(session.id)).toStrictEqual(session);
        expect(await sessions().getSessionByUniqueKey(session.uniqueKey)).toStrictEqual(session);
        expect(await sessions().listSessions({ caller: session.caller, limit: 1 })).toStrictEqual([session]);
      }
      expect(await sessions().getSession(aSession().id)).toBeNull();
      expect(await sessions().getSessionByUniqueKey('id:x')).toBeNull();
    });

    it('are created once for each unique key, also when all come at once', async () => {
      const same = Array.from({ length: 5 }, () => aSession({ uniqueKey: 'k:anonymous:a' }));
      const results = await Promise.all(same.map((session) => sessions().createSession(session)));
      expect(results.filter((result) => result.created)).toHaveLength(1);
      expect(new Set(results.map(({ session }) => session.id)).size).toBe(1);
      expect(await sessions().listSessions({ caller: 'anonymous', limit: 10 })).toHaveLength(1);
    });

    it('are changed until they have ended, and not after', async () => {
      const session = await created(store(), { status: 'STARTING' });
      const { endReason, message, endedAt, ...open } = FULL;
      const busy = {
        ...session,
        ...open,
        caller: session.caller,
        inputHash: null,
        labels: [],
        status: 'BUSY',
      };
      const { status, lastUsedAt, endRequestedAt, contexts, runner } = busy as Session;
      const change = { status, lastUsedAt, endRequestedAt, contexts, runner };
      expect(await sessions().updateSession(session.id, change)).toStrictEqual(busy);
      const end = { status: 'ENDED', endReason: 'CLOSED', message: null, endedAt: 5, runner: null } as const;
      const ends = await Promise.all([1, 2, 3].map(() => sessions().updateSession(session.id, end)));
      expect(ends.filter((one) => one !== null)).toStrictEqual([{ ...busy, ...end }]);
      expect(await sessions().updateSession(session.id, { message: 'late' })).toBeNull();
      expect(await sessions().getSession(session.id)).toStrictEqual({ ...busy, ...end });
      expect(await sessions().updateSession(aSession().id, { message: 'x' })).toBeNull();
    });

    it('are changed by the holder of the highest epoch alone', async () => {
      const session = await created(store());
      const { id } = session;
      const adoptions = ['a', 'b', 'c'].map((owner) =>
        sessions().updateSession(id, { owner, epoch: 2 }, session.epoch),
      );
      const adopted = (await Promise.all(adoptions)).filter((one) => one !== null);
      expect(adopted).toStrictEqual([{ ...session, owner: adopted[0]?.owner, epoch: 2 }]);
      expect(await sessions().updateSession(id, { status: 'BUSY' }, 1)).toBeNull();
      expect(await sessions().updateSession(id, { status: 'ENDED', endedAt: 1 }, 1)).toBeNull();
      expect(await sessions().updateSession(id, { endRequestedAt: 3 })).toMatchObject({ epoch: 2 });
      expect(await sessions().updateSession(id, { owner: null }, 2)).toMatchObject({ owner: null, epoch: 2 });
      expect(await sessions().listOpenSessions()).toMatchObject([{ id, owner: null, epoch: 2 }]);
    });

    it('are listed newest first, page by page, of one caller, of one status', async () => {
      const own = [await created(store()), await created(store(), FULL), await created(store())];
      const mine = [own[0], own[2]].map((session) => session?.id ?? '');
      const ended = await created(store(), { status: 'ENDED', endedAt: 1 });
      const list = async (query: object) =>
        idsOf(await sessions().listSessions({ caller: 'anonymous', limit: 10, ...query }));
      expect(await list({})).toEqual([ended.id, mine[1], mine[0]]);
      expect(await list({ limit: 2 })).toEqual([ended.id, mine[1]]);
      expect(await list({ before: mine[1] })).toEqual([mine[0]]);
      expect(await list({ status: 'IDLE' })).toEqual([mine[1], mine[0]]);
      expect(await list({ status: 'ENDED', limit: 1 })).toEqual([ended.id]);
      expect(await list({ limit: 0 })).toEqual([]);
    });

    it('are scanned over all callers, oldest first', async () => {
      const all = [await created(store()), await created(store(), FULL), await created(store())];
      const first = await sessions().scanSessions({ after: '', limit: 2 });
      expect(first).toStrictEqual(all.slice(0, 2));
      const after = first[1]?.id ?? '';
      expect(await sessions().scanSessions({ after, limit: 2 })).toStrictEqual(all.slice(2));
    });

    it('that have not ended are found, of all callers', async () => {
      const open = await Promise.all(
        (['STARTING', 'IDLE', 'BUSY'] as const).map((status, index) =>
          created(store(), { status, caller: `key:${index}`, endRequestedAt: index === 0 ? null : index }),
        ),
      );
      await created(store(), FULL);
      const found = (await sessions().listOpenSessions()).sort((a, b) => (a.id < b.id ? -1 : 1));
      const expected = open.map(({ id, caller, owner, epoch, status, endRequestedAt, lastUsedAt }) => ({
        id,
        caller,
        owner,
        epoch,
        status,
        endRequestedAt,
        lastUsedAt,
      }));
      expect(found).toStrictEqual(expected.sort((a, b) => (a.id < b.id ? -1 : 1)));
    });

    it('that ended before a time are removed, and what ran in them stays', async () => {
      const before = await created(store(), { status: 'ENDED', endedAt: 1000 });
      const { id } = await createEnded(store(), 1000, { sessionId: before.id });
      const [, , last] = [
        await created(store(), { status: 'ENDED', endedAt: 1500 }),
        await created(store()),
        await created(store(), { status: 'ENDED', endedAt: 2000 }),
      ];
      expect(await sessions().deleteExpiredSessions(2000, 1)).toBe(1);
      expect(await sessions().getSession(before.id)).toBeNull();
      expect(await store().getExecution(id)).toMatchObject({ sessionId: before.id });
      expect(await sessions().deleteExpiredSessions(2000, 10)).toBe(1);
      expect(await sessions().deleteExpiredSessions(2000, 10)).toBe(0);
      expect(await sessions().getSession(last?.id ?? '')).toStrictEqual(last);
    });
  });

  describe('executions in sessions', () => {
    it('keep session and context', async () => {
      const execution = await create(store(), { sessionId: aSession().id, context: 'main' });
      expect(await store().getExecution(execution.id)).toStrictEqual(execution);
    });

    it('wait in a queue of their session, and in no other', async () => {
      const [one, other] = [aSession().id, aSession().id];
      const later = sample({ sessionId: one });
      const alone = await create(store());
      const first = await create(store(), { sessionId: other });
      const second = await create(store(), { sessionId: other, context: 'main' });
      await create(store(), later);
      const queues = async () =>
        (await sessions().listSessionQueues()).sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
      expect(await queues()).toEqual([
        { sessionId: one, queued: 1, headId: later.id },
        { sessionId: other, queued: 2, headId: first.id },
      ]);
      expect(await store().listQueues()).toEqual([{ caller: 'anonymous', queued: 1, headId: alone.id }]);
      expect(await store().countQueuedBefore('anonymous', sample().id)).toBe(1);
      expect(await sessions().countQueuedInSessionBefore(other, first.id)).toBe(0);
      expect(await sessions().countQueuedInSessionBefore(other, second.id)).toBe(1);
      const claimed = await store().updateExecution(
        first.id,
        { statuses: ['QUEUED'], epoch: 0 },
        { status: 'STARTING', owner: 'process-1', epoch: 1 },
      );
      expect(claimed).toMatchObject({ status: 'STARTING', sessionId: other });
      expect(await queues()).toMatchObject([{ sessionId: one }, { queued: 1, headId: second.id }]);
      expect(await store().countUnderWay()).toBe(1);
      const underWay = { id: first.id, status: 'STARTING', owner: 'process-1', epoch: 1, sessionId: other };
      expect(await store().listUnderWay()).toStrictEqual([underWay]);
      await store().updateExecution(
        second.id,
        { statuses: ['QUEUED'] },
        { status: 'CANCELLED', finishedAt: 1 },
      );
      expect(await queues()).toMatchObject([{ sessionId: one }]);
    });

    it('are listed with all others, by status too', async () => {
      const queued = await create(store(), { sessionId: aSession().id });
      const alone = await create(store());
      await create(store(), { sessionId: aSession().id, status: 'RUNNING' });
      const list = async (statuses: 'QUEUED'[]) =>
        store().listExecutions({ caller: 'anonymous', limit: 10, filter: { statuses } });
      expect(await list(['QUEUED'])).toStrictEqual([alone, queued]);
      expect(await store().listExecutions({ caller: 'anonymous', limit: 10 })).toHaveLength(3);
    });

    it('are listed by session, newest first, page by page', async () => {
      const sessionId = aSession().id;
      const all = [];
      for (const status of ['SUCCEEDED', 'RUNNING', 'QUEUED'] as const) {
        all.unshift(await create(store(), { sessionId, status }));
        await create(store(), { sessionId: aSession().id });
      }
      const list = (query: object) => sessions().listSessionExecutions({ sessionId, limit: 10, ...query });
      expect(await list({})).toStrictEqual(all);
      expect(ids(await list({ limit: 1, before: all[0]?.id }))).toEqual([all[1]?.id]);
      expect(await list({ sessionId: aSession().id })).toEqual([]);
    });

    it('take stdin while they are queued, and keep their input', async () => {
      const payload = { ...EMPTY_PAYLOAD, stdin: 'hello' };
      const execution = sample({ sessionId: aSession().id, stdinOpen: true, stdinClosed: false });
      await store().createExecution(execution, payload);
      const write = { offset: 0, data: Buffer.from('x'), end: false, hash: 'h' };
      expect(await store().appendStdin(execution.id, write)).toMatchObject({
        status: 'QUEUED',
        stdinBytes: 1,
      });
      await store().eraseOrphanedPayloads(FIRST_CREATED_AT * 2);
      expect(await store().getPayload(execution.id)).toEqual(payload);
    });
  });
};

function idsOf(all: readonly Session[]): string[] {
  return all.map(({ id }) => id);
}
