import { expect, test } from 'vitest';
import { Notifier } from '../../../src/executions/notifier.ts';
import { OwnedSession } from '../../../src/executions/sessions/owned-session.ts';
import type { Session, SessionChange } from '../../../src/executions/sessions/session.ts';
import type { Store } from '../../../src/executions/store.ts';
import { aSession } from '../../contract/store/sessions.ts';

const END = { status: 'ENDED', endReason: 'CLOSED', message: null, endedAt: 1 } as const;

/** A session with the epoch that the store has, and how often it was lost. */
function owned(storedEpoch: number, onWritten: (record: OwnedSession) => void = () => {}) {
  const session = aSession({ epoch: 1 });
  let stored: Session = { ...session, epoch: storedEpoch };
  let losses = 0;
  const sessions: Pick<Store['sessions'], 'getSession' | 'updateSession'> = {
    getSession: async () => stored,
    async updateSession(_id: string, change: SessionChange, epoch?: number) {
      if (epoch !== stored.epoch) return null;
      stored = { ...stored, ...change };
      onWritten(record);
      return stored;
    },
  };
  const record: OwnedSession = new OwnedSession(
    session,
    {
      store: { sessions: sessions as Store['sessions'] },
      notifier: new Notifier<Session>(),
      retry: (operation) => operation(),
    },
    () => (losses += 1),
  );
  return { record, losses: () => losses };
}

test('a session that is missed among the open ones as its end is recorded here is not lost', async () => {
  const { record, losses } = owned(1, (it) => it.lose());
  await record.end(END);
  record.lose();
  expect(record.session).toMatchObject(END);
  expect(record.isLost).toBe(false);
  expect(losses()).toBe(0);
});

test('a session whose end is refused, as another process adopted it, is lost', async () => {
  const { record, losses } = owned(2);
  await record.end(END);
  expect(record.session).toMatchObject({ status: 'IDLE', epoch: 2 });
  expect(record.isLost).toBe(true);
  expect(losses()).toBe(1);
});
