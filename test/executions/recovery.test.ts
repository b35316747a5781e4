import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import type { Drives } from '../../src/executions/drives.ts';
import type { Execution } from '../../src/executions/execution.ts';
import { Recovery } from '../../src/executions/recovery.ts';
import type { Store } from '../../src/executions/store.ts';
import { anExecution } from './records.ts';
import { SILENT } from './service.ts';

const NOTHING = { stdin: '', files: [], env: [] };

function openRecovery(store: Store): { recovery: Recovery; resumed: string[] } {
  const resumed: string[] = [];
  const drives = {
    get: () => undefined,
    async resume({ id }: Execution) {
      resumed.push(id);
    },
  } as unknown as Drives;
  const deps = { store, drives, owner: 'this process', ended() {}, logger: SILENT };
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

test('an own execution that nobody drives is taken again, but only when it was seen so twice', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  const lost = anExecution({ status: 'STARTING', owner: 'this process', epoch: 1 });
  await store.createExecution(lost, NOTHING);
  const { recovery, resumed } = openRecovery(store);
  await using _ = recovery;
  await recovery.look();
  expect(resumed).toEqual([]);
  await recovery.look();
  await recovery.look();
  expect(resumed).toEqual([lost.id]);
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
