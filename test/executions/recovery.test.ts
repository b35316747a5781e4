import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import type { Drives } from '../../src/executions/drives.ts';
import type { Execution } from '../../src/executions/execution.ts';
import { recover } from '../../src/executions/recovery.ts';
import { anExecution } from './records.ts';
import { SILENT } from './service.ts';

const NOTHING = { stdin: '', files: [], env: [] };

test('everything a former process left is taken over, however much, while what is taken goes on', async () => {
  await using store = await openSqliteStore({ file: ':memory:' });
  await Promise.all(
    Array.from({ length: 1100 }, () =>
      store.createExecution(anExecution({ status: 'RUNNING', owner: 'a former process', epoch: 1 }), NOTHING),
    ),
  );
  const resumed = new Set<string>();
  const drives = {
    async resume({ id }: Execution) {
      resumed.add(id);
    },
  } as unknown as Drives;
  await recover(
    store,
    drives,
    'this process',
    () => {},
    (operation) => operation(),
    SILENT,
  );
  expect(resumed.size).toBe(1100);
});
