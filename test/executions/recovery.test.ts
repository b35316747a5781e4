import { afterEach, expect, test, vi } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import type { ActiveExecutions } from '../../src/executions/active-executions.ts';
import { StoreUnavailableError } from '../../src/executions/errors.ts';
import type { Execution } from '../../src/executions/execution.ts';
import { Recovery } from '../../src/executions/recovery.ts';
import type { Store } from '../../src/executions/store.ts';
import { anExecution } from './records.ts';
import { SILENT } from './service.ts';
import { SharedRecords, shared } from './shared-records.ts';

afterEach(() => {
  vi.useRealTimers();
});

const NOTHING = { stdin: '', files: [], env: [] };

function openRecovery(
  store: Store,
  { lost = [] as readonly string[], claiming = '', resuming = Promise.resolve(), logger = SILENT } = {},
): { recovery: Recovery; adopted: string[] } {
  const adopted: string[] = [];
  const active = {
    get: () => undefined,
    async adopt({ id }: Execution) {
      adopted.push(id);
      await resuming;
    },
  } as unknown as ActiveExecutions;
  const claims = {
    isClaiming: (id: string) => id === claiming,
    wasClaimLost: ({ id }: { id: string }) => lost.includes(id),
  };
  const sessions = { recover: async () => {}, offer: () => false, holds: () => false };
  const options = { store, active, claims, sessions, owner: 'this process', ended() {}, logger };
  return { recovery: new Recovery(options), adopted };
}

test('everything a former process left is adopted, however much', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  await Promise.all(
    Array.from({ length: 1100 }, () =>
      store.createExecution(anExecution({ status: 'RUNNING', owner: 'a former process', epoch: 1 }), NOTHING),
    ),
  );
  const { recovery, adopted } = openRecovery(store);
  await using _ = recovery;
  await recovery.poll();
  expect(new Set(adopted).size).toBe(1100);
});

test('an own claim whose response was lost goes back to the queue, but only when it was seen so twice', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const lost = anExecution({ status: 'STARTING', owner: 'this process', epoch: 1 });
  const pending = anExecution({ status: 'STARTING', owner: 'this process', epoch: 1 });
  for (const one of [lost, pending]) await store.createExecution(one, NOTHING);
  const { recovery, adopted } = openRecovery(store, { lost: [lost.id], claiming: pending.id });
  await using _ = recovery;
  await recovery.poll();
  expect(await store.getExecution(lost.id)).toStrictEqual(lost);
  await recovery.poll();
  expect(await store.getExecution(lost.id)).toMatchObject({ status: 'QUEUED', owner: null, epoch: 2 });
  await recovery.poll();
  expect(await store.getExecution(pending.id)).toStrictEqual(pending);
  expect(adopted).toEqual([]);
});

test('an own execution whose end could not be recorded is adopted again, and not by every poll', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const failed = anExecution({ status: 'STARTING', owner: 'this process', epoch: 1 });
  await store.createExecution(failed, NOTHING);
  const { recovery, adopted } = openRecovery(store);
  await using _ = recovery;
  for (let polls = 0; polls < 4; polls++) await recovery.poll();
  expect(adopted).toEqual([failed.id]);
});

test('one that cannot be adopted keeps no other, and is not tried at every poll', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  for (let n = 0; n < 3; n++) {
    await store.createExecution(anExecution({ status: 'RUNNING', owner: null }), NOTHING);
  }
  const [first = '', ...others] = (await store.listUnderWay()).map(({ id }) => id);
  const updateExecution = store.updateExecution.bind(store);
  store.updateExecution = async (id, expected, change) => {
    if (id === first) throw new Error('damaged');
    return updateExecution(id, expected, change);
  };
  const told: unknown[] = [];
  const logger = { ...SILENT, error: (fields: unknown) => void told.push(fields) };
  const { recovery, adopted } = openRecovery(store, { logger });
  await using _ = recovery;
  for (let polls = 0; polls < 3; polls++) await recovery.poll();
  expect(new Set(adopted)).toEqual(new Set(others));
  expect(told).toEqual([{ executionId: first, err: expect.objectContaining({ message: 'damaged' }) }]);
});

test('what an outage keeps from being adopted is adopted at the next poll', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const left = anExecution({ status: 'RUNNING', owner: null });
  await store.createExecution(left, NOTHING);
  const updateExecution = store.updateExecution.bind(store);
  store.updateExecution = () => Promise.reject(new StoreUnavailableError('away'));
  const { recovery, adopted } = openRecovery(store);
  await using _ = recovery;
  await recovery.poll();
  store.updateExecution = updateExecution;
  await recovery.poll();
  expect(adopted).toEqual([left.id]);
});

test('a stopped one takes nothing over', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  await store.createExecution(anExecution({ status: 'RUNNING', owner: null }), NOTHING);
  const { recovery, adopted } = openRecovery(store);
  await using _ = recovery;
  await recovery.stop();
  await recovery.poll();
  expect(adopted).toEqual([]);
});

test('a process that is long at taking over says all the while that it lives', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  await using store = await openSqliteStore({ file: ':memory:' });
  await store.createExecution(anExecution({ status: 'RUNNING', owner: null }), NOTHING);
  const records = new SharedRecords();
  const long = Promise.withResolvers<void>();
  const { recovery, adopted } = openRecovery(shared(store, records), { resuming: long.promise });
  await using _ = recovery;
  const polling = recovery.poll();
  await expect.poll(() => adopted.length).toBe(1);
  const count = async () => (await records.listProcesses())[0]?.count;
  expect(await count()).toBe(1);
  vi.advanceTimersByTime(2000);
  await expect.poll(count).toBe(2);
  long.resolve();
  await polling;
});
