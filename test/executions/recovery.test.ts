import { afterEach, expect, test, vi } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import type { Drives } from '../../src/executions/drives.ts';
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
): { recovery: Recovery; resumed: string[] } {
  const resumed: string[] = [];
  const drives = {
    get: () => undefined,
    async resume({ id }: Execution) {
      resumed.push(id);
      await resuming;
    },
  } as unknown as Drives;
  const claims = {
    isClaiming: (id: string) => id === claiming,
    wasClaimLost: ({ id }: { id: string }) => lost.includes(id),
  };
  const deps = { store, drives, claims, owner: 'this process', ended() {}, logger };
  return { recovery: new Recovery(deps), resumed };
}

test('everything a former process left is taken over, however much', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  await Promise.all(
    Array.from({ length: 1100 }, () =>
      store.createExecution(anExecution({ status: 'RUNNING', owner: 'a former process', epoch: 1 }), NOTHING),
    ),
  );
  const { recovery, resumed } = openRecovery(store);
  await using _ = recovery;
  await recovery.look();
  expect(new Set(resumed).size).toBe(1100);
});

test('an own claim whose answer was lost goes back to the queue, but only when it was seen so twice', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const lost = anExecution({ status: 'STARTING', owner: 'this process', epoch: 1 });
  const pending = anExecution({ status: 'STARTING', owner: 'this process', epoch: 1 });
  for (const one of [lost, pending]) await store.createExecution(one, NOTHING);
  const { recovery, resumed } = openRecovery(store, { lost: [lost.id], claiming: pending.id });
  await using _ = recovery;
  await recovery.look();
  expect(await store.getExecution(lost.id)).toStrictEqual(lost);
  await recovery.look();
  expect(await store.getExecution(lost.id)).toMatchObject({ status: 'QUEUED', owner: null, epoch: 2 });
  await recovery.look();
  expect(await store.getExecution(pending.id)).toStrictEqual(pending);
  expect(resumed).toEqual([]);
});

test('an own execution that could not be driven to its end is taken up again, and not at every look', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const failed = anExecution({ status: 'STARTING', owner: 'this process', epoch: 1 });
  await store.createExecution(failed, NOTHING);
  const { recovery, resumed } = openRecovery(store);
  await using _ = recovery;
  for (let look = 0; look < 4; look++) await recovery.look();
  expect(resumed).toEqual([failed.id]);
});

test('one that cannot be taken over keeps no other, and is not tried at every look', async () => {
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
  const { recovery, resumed } = openRecovery(store, { logger });
  await using _ = recovery;
  for (let look = 0; look < 3; look++) await recovery.look();
  expect(new Set(resumed)).toEqual(new Set(others));
  expect(told).toEqual([{ executionId: first, err: expect.objectContaining({ message: 'damaged' }) }]);
});

test('what an outage keeps from being taken over is taken at the next look', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const left = anExecution({ status: 'RUNNING', owner: null });
  await store.createExecution(left, NOTHING);
  const updateExecution = store.updateExecution.bind(store);
  store.updateExecution = () => Promise.reject(new StoreUnavailableError('away'));
  const { recovery, resumed } = openRecovery(store);
  await using _ = recovery;
  await recovery.look();
  store.updateExecution = updateExecution;
  await recovery.look();
  expect(resumed).toEqual([left.id]);
});

test('a stopped one takes nothing over', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  await store.createExecution(anExecution({ status: 'RUNNING', owner: null }), NOTHING);
  const { recovery, resumed } = openRecovery(store);
  await using _ = recovery;
  await recovery.stop();
  await recovery.look();
  expect(resumed).toEqual([]);
});

test('a process that is long at taking over says all the while that it lives', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  await using store = await openSqliteStore({ file: ':memory:' });
  await store.createExecution(anExecution({ status: 'RUNNING', owner: null }), NOTHING);
  const records = new SharedRecords();
  const long = Promise.withResolvers<void>();
  const { recovery, resumed } = openRecovery(shared(store, records), { resuming: long.promise });
  await using _ = recovery;
  const looking = recovery.look();
  await expect.poll(() => resumed.length).toBe(1);
  const beats = async () => (await records.listProcesses())[0]?.beats;
  expect(await beats()).toBe(1);
  vi.advanceTimersByTime(2000);
  await expect.poll(beats).toBe(2);
  long.resolve();
  await looking;
});
