import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import type { Execution } from '../../src/executions/execution.ts';
import { anExecution } from './records.ts';
import { openService } from './service.ts';
import { shared } from './shared-records.ts';

const CALLER = 'anonymous';
const NOTHING = { stdin: '', files: [], env: [] };
const chunk = (seq: number) => ({ seq, stream: 'STDOUT' as const, text: `${seq}\n`, at: 0 });

/** Executions that another process, which lives, owns. */
async function openWatching(count: number) {
  const store = await openSqliteStore({ file: ':memory:' });
  const executions: Execution[] = [];
  for (let n = 0; n < count; n++) {
    const execution = anExecution({ status: 'RUNNING', owner: 'another', epoch: 1 });
    await store.createExecution(execution, NOTHING);
    executions.push(execution);
  }
  const service = await openService({ store: shared(store), maxRunning: 0 });
  return { store, service, executions };
}

test('one execution whose output takes long to read keeps no viewer of another waiting', async () => {
  const { store, service, executions } = await openWatching(3);
  await using _ = service;
  const summarize = store.summarizeChunks.bind(store);
  const held = Promise.withResolvers<void>();
  store.summarizeChunks = async (id) => {
    if (id === executions[0]?.id) await held.promise;
    return summarize(id);
  };
  const followers = await Promise.all(
    executions.map(({ id }) => service.executions.followOutput(CALLER, id, 0)),
  );
  // The first one comes at once, without output.
  for (const follower of followers) expect((await follower.next()).value).toMatchObject({ cursor: 0 });
  const nexts = followers.map((follower) => follower.next());
  for (const { id } of executions) await store.appendChunks([{ executionId: id, chunks: [chunk(1)] }]);
  for (const next of nexts.slice(1)) expect((await next).value).toMatchObject({ cursor: 1 });
  held.resolve();
  expect((await nexts[0])?.value).toMatchObject({ cursor: 1 });
  for (const follower of followers) await follower.return?.();
});
