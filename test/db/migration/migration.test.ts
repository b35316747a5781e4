import { describe, expect, test } from 'vitest';
import { type MigrationEvents, migrate } from '../../../src/db/migration/migration.ts';
import { openSqliteStore } from '../../../src/db/sqlite/open.ts';
import { StoreUnavailableError } from '../../../src/executions/errors.ts';
import type { Store } from '../../../src/executions/store.ts';
import { chunk, chunks, createEnded, sample } from '../../contract/store/samples.ts';
import { aSession } from '../../contract/store/sessions.ts';
import { contents, fill, INPUT } from './records.ts';

const open = (): Promise<Store> => openSqliteStore({ file: ':memory:' });

/** Keeps what was told. */
function listening(): MigrationEvents & { readonly failures: (readonly [id: string, reason: string])[] } {
  const failures: (readonly [id: string, reason: string])[] = [];
  return { failures, progress() {}, failed: (id, reason) => void failures.push([id, reason]) };
}

test('everything is in the target as it was in the source: records, inputs, erased ones too, and output', async () => {
  await using source = await open();
  await using target = await open();
  const expected = await fill(source);
  const migrated = await migrate(source, target, listening());
  expect(await contents(target)).toStrictEqual(expected);
  expect(await contents(source)).toStrictEqual(expected);
  expect(expected.map(({ payload }) => payload)).toEqual([INPUT, expect.anything(), null, null, null, null]);
  expect(expected.flatMap(({ pieces }) => pieces)).toEqual(['pie', 'ces']);
  const all = expected.flatMap(({ output }) => output);
  const bytes = all.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  expect(migrated).toMatchObject({ executions: 6, present: 0, chunks: all.length, bytes, failed: 0 });
});

test('doing it again copies nothing, and says the same checksum', async () => {
  await using source = await open();
  await using target = await open();
  await fill(source);
  const first = await migrate(source, target, listening());
  const writes: string[] = [];
  const again = await migrate(
    source,
    watched(target, (name) => writes.push(name)),
    listening(),
  );
  expect(again).toEqual({ ...first, present: 6 });
  expect(writes.filter((name) => ['createExecution', 'appendChunks', 'putFilePiece'].includes(name))).toEqual(
    [],
  );
});

test('one that was cut at any write is gone on with to the same result', async () => {
  await using source = await open();
  const expected = await fill(source);
  let cuts = 0;
  for (let cutAt = 1; ; cutAt++) {
    await using target = await open();
    let writes = 0;
    const failing = watched(target, (name) => {
      const isWrite = ['createExecution', 'appendChunks', 'deletePayload', 'putFilePiece'].includes(name);
      if (isWrite && ++writes === cutAt) throw new StoreUnavailableError('cut');
    });
    const isCut = await migrate(source, failing, listening()).then(
      () => false,
      () => true,
    );
    if (isCut) cuts++;
    expect(await migrate(source, target, listening())).toMatchObject({ executions: 6, failed: 0 });
    expect(await contents(target)).toStrictEqual(expected);
    if (!isCut) break;
  }
  expect(cuts).toBeGreaterThan(5);
});

test('sessions are moved as they are, once; one that differs there is told', async () => {
  await using source = await open();
  await using target = await open();
  const sessions = [
    aSession({
      labels: [{ name: 'a', value: 'b' }],
      contexts: [{ name: 'main', executionCount: 2, stateLost: false }],
    }),
    aSession({ status: 'ENDED', endReason: 'LOST', endedAt: 5, uniqueKey: 'k:anonymous:a' }),
  ];
  for (const session of sessions) await source.sessions.createSession(session);
  const inSession = await createEnded(source, 1, { sessionId: sessions[0]?.id ?? null, context: 'main' });
  for (let times = 0; times < 2; times++) {
    expect(await migrate(source, target, listening())).toMatchObject({
      sessions: 2,
      executions: 1,
      failed: 0,
    });
  }
  expect(await target.sessions.scanSessions({ after: '', limit: 9 })).toStrictEqual(sessions);
  expect(await target.getExecution(inSession.id)).toStrictEqual(inSession);
  await target.sessions.updateSession(sessions[0]?.id ?? '', { status: 'BUSY' });
  const events = listening();
  expect(await migrate(source, target, events)).toMatchObject({ sessions: 1, failed: 1 });
  expect(events.failures).toMatchObject([[sessions[0]?.id, expect.stringContaining('differently')]]);
});

describe('what cannot be moved is reported, and the others are moved', () => {
  test('a target that has been used since', async () => {
    await using source = await open();
    await using target = await open();
    await fill(source);
    await migrate(source, target, listening());
    const [queued] = await target.scanExecutions({ after: '', limit: 1 });
    await target.updateExecution(queued?.id ?? '', { statuses: ['QUEUED'] }, { status: 'STARTING' });
    const events = listening();
    expect(await migrate(source, target, events)).toMatchObject({ executions: 5, failed: 1 });
    expect(events.failures).toEqual([
      [queued?.id, expect.stringMatching(/differently \(STARTING there, QUEUED in the source\)/)],
    ]);
  });

  test('an idempotency key that is another execution’s there', async () => {
    await using source = await open();
    await using target = await open();
    await fill(source);
    const holder = sample({ uniqueKey: 'k:key:ada:again' });
    await target.createExecution(holder, INPUT);
    const events = listening();
    expect(await migrate(source, target, events)).toMatchObject({ executions: 5, failed: 1 });
    expect(events.failures[0]?.[1]).toContain(`belongs to execution ${holder.id}`);
  });

  test('output that is not whole in the source', async () => {
    await using source = await open();
    await using target = await open();
    const { id } = await createEnded(source, 1, { lastSeq: 5 });
    await source.appendChunks([{ executionId: id, chunks: [...chunks(1, 2), ...chunks(4, 5)] }]);
    await fill(source);
    const events = listening();
    expect(await migrate(source, target, events)).toMatchObject({ executions: 6, failed: 1 });
    expect(events.failures).toEqual([[id, expect.stringContaining('expected 5 chunks, got 2')]]);
  });

  test('output that is another one in the target', async () => {
    await using source = await open();
    await using target = await open();
    const { id } = await createEnded(source, 1, { lastSeq: 2 });
    await source.deletePayload(id);
    await source.appendChunks([{ executionId: id, chunks: chunks(1, 2) }]);
    await migrate(source, target, listening());
    await using third = await open();
    const [execution] = await source.scanExecutions({ after: '', limit: 1 });
    if (execution) await third.createExecution(execution, INPUT);
    await third.appendChunks([{ executionId: id, chunks: [chunk(1), chunk(2, 'line two')] }]);
    const events = listening();
    expect(await migrate(source, third, events)).toMatchObject({ executions: 0, failed: 1 });
    expect(events.failures[0]?.[1]).toMatch(/expected 2 chunks and checksum [0-9a-f]{64}, got 2 and/);
  });
});

test('what was printed beyond the end is left behind', async () => {
  await using source = await open();
  await using target = await open();
  const { id } = await createEnded(source, 1, { lastSeq: 2 });
  await source.appendChunks([{ executionId: id, chunks: chunks(1, 4) }]);
  expect(await migrate(source, target, listening())).toMatchObject({ executions: 1, chunks: 2, failed: 0 });
});

/** The same store; `onCall` is told of each operation before it is carried out, and may throw instead. */
function watched(store: Store, onCall: (name: string) => void): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return async (...args: unknown[]) => {
        onCall(name);
        return value.apply(target, args);
      };
    },
  });
}
