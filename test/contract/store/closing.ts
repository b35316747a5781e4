import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../../src/executions/errors.ts';
import type { SessionStore } from '../../../src/executions/sessions/session-store.ts';
import type { Store } from '../../../src/executions/store.ts';
import type { Theme } from '../store.ts';
import { ALL, chunk, create, EMPTY_PAYLOAD, sample } from './samples.ts';
import { aSession } from './sessions.ts';

/** One call of every operation. */
const OPERATIONS: {
  readonly [name in Exclude<keyof Store, 'kind' | 'writesThrough' | 'sharing' | 'sessions' | symbol>]: (
    store: Store,
  ) => Promise<unknown>;
} = {
  createExecution: (store) => store.createExecution(sample(), EMPTY_PAYLOAD),
  getExecution: (store) => store.getExecution('x'),
  getExecutionByUniqueKey: (store) => store.getExecutionByUniqueKey('id:x'),
  listExecutions: (store) => store.listExecutions({ caller: 'anonymous', limit: 1 }),
  scanExecutions: (store) => store.scanExecutions({ after: '', limit: 1 }),
  updateExecution: (store) => store.updateExecution('x', { statuses: ['QUEUED'] }, { message: 'x' }),
  listUnderWay: (store) => store.listUnderWay(),
  countUnderWay: (store) => store.countUnderWay(),
  listRunning: (store) => store.listRunning(),
  listQueues: (store) => store.listQueues(),
  countQueuedBefore: (store) => store.countQueuedBefore('anonymous', 'x'),
  getPayload: (store) => store.getPayload('x'),
  deletePayload: (store) => store.deletePayload('x'),
  appendStdin: (store) => store.appendStdin('x', { offset: 0, data: Buffer.from('x'), end: false, hash: '' }),
  readStdin: (store) => store.readStdin('x', 0, 1),
  deleteStdin: (store) => store.deleteStdin('x', 1),
  appendChunks: (store) => store.appendChunks([{ executionId: 'x', chunks: [chunk(1)] }]),
  readChunks: (store) => store.readChunks('x', ALL),
  summarizeChunks: (store) => store.summarizeChunks('x'),
  putFilePiece: (store) => store.putFilePiece('x', '00', Buffer.from('x')),
  readFilePiece: (store) => store.readFilePiece('x', '00'),
  deleteFilePieces: (store) => store.deleteFilePieces('x'),
  tombstoneExpired: (store) => store.tombstoneExpired(1, 1),
  listTombstones: (store) => store.listTombstones(1),
  eraseOrphanedPayloads: (store) => store.eraseOrphanedPayloads(1),
  purge: (store) => store.purge('x'),
  ping: (store) => store.ping(),
};

/** One call of every operation on sessions. */
const SESSION_OPERATIONS: {
  readonly [name in keyof SessionStore]: (sessions: SessionStore) => Promise<unknown>;
} = {
  createSession: (sessions) => sessions.createSession(aSession()),
  getSession: (sessions) => sessions.getSession('x'),
  getSessionByUniqueKey: (sessions) => sessions.getSessionByUniqueKey('id:x'),
  listSessions: (sessions) => sessions.listSessions({ caller: 'anonymous', limit: 1 }),
  scanSessions: (sessions) => sessions.scanSessions({ after: '', limit: 1 }),
  updateSession: (sessions) => sessions.updateSession('x', { message: 'x' }),
  listOpenSessions: (sessions) => sessions.listOpenSessions(),
  listSessionQueues: (sessions) => sessions.listSessionQueues(),
  countQueuedInSessionBefore: (sessions) => sessions.countQueuedInSessionBefore('x', 'x'),
  listSessionExecutions: (sessions) => sessions.listSessionExecutions({ sessionId: 'x', limit: 1 }),
  deleteExpiredSessions: (sessions) => sessions.deleteExpiredSessions(1, 1),
};

export const describeClosing: Theme = (store) => {
  describe('closing', () => {
    it('carries out what was requested before', async () => {
      const { id } = await create(store());
      const update = store().updateExecution(id, { statuses: ['QUEUED'] }, { message: 'last words' });
      await store()[Symbol.asyncDispose]();
      expect(await update).toMatchObject({ message: 'last words' });
    });

    it('is harmless twice', async () => {
      await Promise.all([store()[Symbol.asyncDispose](), store()[Symbol.asyncDispose]()]);
      await expect(store()[Symbol.asyncDispose]()).resolves.toBeUndefined();
    });

    it('makes every operation reject with StoreUnavailableError', async () => {
      await store()[Symbol.asyncDispose]();
      for (const [name, operation] of Object.entries(OPERATIONS)) {
        await expect(operation(store()), name).rejects.toBeInstanceOf(StoreUnavailableError);
      }
      for (const [name, operation] of Object.entries(SESSION_OPERATIONS)) {
        await expect(operation(store().sessions), name).rejects.toBeInstanceOf(StoreUnavailableError);
      }
    });
  });
};
