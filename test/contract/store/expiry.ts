import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { EXECUTION_STATUSES, type ExecutionStatus } from '../../../src/executions/execution.ts';
import type { Theme } from '../store.ts';
import { ALL, chunk, chunks, create, createEnded, EMPTY_PAYLOAD, ids, sample } from './samples.ts';

const HOUR_MS = 60 * 60_000;

export const describeExpiry: Theme = (store) => {
  describe('expiry', () => {
    it('hides what finished before a time, not at it and not what goes on', async () => {
      const old = await createEnded(store(), 999);
      const failed = await createEnded(store(), 998, { status: 'FAILED', endReason: 'TIMED_OUT' });
      const cancelled = await createEnded(store(), 997, { status: 'CANCELLED', endReason: 'CANCELLED' });
      const atIt = await createEnded(store(), 1000);
      const running = await create(store(), { status: 'RUNNING', startedAt: 1 });
      await store().tombstoneExpired(1000, 100);
      expect((await store().listTombstones(100)).toSorted()).toEqual(ids([old, failed, cancelled]).sort());
      const left = await store().listExecutions({ caller: 'anonymous', limit: 100 });
      expect(left).toStrictEqual([running, atIt]);
      expect(await store().getExecution(old.id)).toBeNull();
      expect(await store().getExecutionByUniqueKey(old.uniqueKey)).toBeNull();
      expect(await store().getExecution(atIt.id)).toStrictEqual(atIt);
    });

    it('makes tombstones up to the limit, the oldest first, and lists them until they are purged', async () => {
      const all = [];
      for (let finishedAt = 1; finishedAt <= 5; finishedAt += 1)
        all.push(await createEnded(store(), finishedAt));
      await store().tombstoneExpired(10, 2);
      expect((await store().listTombstones(10)).toSorted()).toEqual(ids(all.slice(0, 2)).sort());
      await store().tombstoneExpired(10, 2);
      await store().tombstoneExpired(10, 0);
      expect(await store().listTombstones(10)).toHaveLength(4);
      expect(await store().listTombstones(3)).toHaveLength(3);
      expect(await store().listTombstones(0)).toEqual([]);
      await store().tombstoneExpired(10, 2);
      const tombstones = await store().listTombstones(10);
      expect(new Set(tombstones).size).toBe(5);
      for (const id of tombstones) await store().purge(id);
      expect(await store().listTombstones(10)).toEqual([]);
      expect(await store().listExecutions({ caller: 'anonymous', limit: 10 })).toEqual([]);
    });

    it('erases payloads of what has ended, and of nothing else', async () => {
      const payload = { ...EMPTY_PAYLOAD, stdin: 'some' };
      // Far enough back for every store to look at them.
      const old = (status: ExecutionStatus) =>
        sample({ id: v7({ msecs: Date.now() - 2 * HOUR_MS }), status, createdAt: Date.now() - 2 * HOUR_MS });
      const all = EXECUTION_STATUSES.map(old);
      for (const execution of all) await store().createExecution(execution, payload);
      await store().eraseOrphanedPayloads(Date.now());
      const left = await Promise.all(all.map(({ id }) => store().getPayload(id)));
      expect(left).toEqual([payload, payload, payload, null, null, null]);
    });

    it('gives the key of a tombstone free', async () => {
      const old = await createEnded(store(), 1, { uniqueKey: 'k:anonymous:daily' });
      await store().tombstoneExpired(2, 10);
      const young = sample({ uniqueKey: 'k:anonymous:daily' });
      expect(await store().createExecution(young, EMPTY_PAYLOAD)).toEqual({
        created: true,
        execution: young,
      });
      await store().purge(old.id);
      expect(await store().getExecutionByUniqueKey('k:anonymous:daily')).toStrictEqual(young);
    });

    it('removes a tombstone with all it had, and nothing of another', async () => {
      const payload = { ...EMPTY_PAYLOAD, stdin: 'some' };
      const gone = sample({
        status: 'FAILED',
        finishedAt: 1,
        labels: [{ name: 'a', value: 'b' }],
        code: '#'.repeat(5000),
      });
      const stays = sample({ ...gone, id: sample().id, uniqueKey: 'k:anonymous:stays', finishedAt: 9 });
      for (const execution of [gone, stays]) {
        await store().createExecution(execution, payload);
        await store().appendChunks([{ executionId: execution.id, chunks: chunks(1, 1000) }]);
      }
      await store().tombstoneExpired(5, 10);
      expect(await store().listTombstones(10)).toEqual([gone.id]);
      await store().purge(gone.id);
      await store().purge(gone.id);
      expect(await store().readChunks(gone.id, ALL)).toEqual([]);
      expect(await store().getPayload(gone.id)).toBeNull();
      expect(await store().getExecution(gone.id)).toBeNull();

      expect(await store().getExecution(stays.id)).toStrictEqual(stays);
      expect(await store().getPayload(stays.id)).toEqual(payload);
      expect(await store().readChunks(stays.id, ALL)).toEqual(chunks(1, 1000));
      const filter = { label: { name: 'a', value: 'b' } };
      expect(ids(await store().listExecutions({ caller: 'anonymous', limit: 9, filter }))).toEqual([
        stays.id,
      ]);

      const again = await create(store(), { id: gone.id });
      expect(await store().getExecution(gone.id)).toStrictEqual(again);
      expect(await store().readChunks(gone.id, ALL)).toEqual([]);
      expect(await store().summarizeChunks(gone.id)).toEqual({ lastSeq: 0, bytes: 0 });
    });

    it('does not remove one that is no tombstone', async () => {
      const ended = await createEnded(store(), 1);
      await store().appendChunks([{ executionId: ended.id, chunks: [chunk(1)] }]);
      await store().purge(ended.id);
      await store().purge(sample().id);
      expect(await store().getExecution(ended.id)).toStrictEqual(ended);
      expect(await store().readChunks(ended.id, ALL)).toEqual([chunk(1)]);
    });

    it('lets a reader in the middle of a removal see less, never a gap or a mistake', async () => {
      const { id } = await createEnded(store(), 1, { lastSeq: 3000 });
      await store().appendChunks([{ executionId: id, chunks: chunks(1, 3000) }]);
      await store().tombstoneExpired(2, 10);
      let removed = false;
      const removal = store()
        .purge(id)
        .finally(() => {
          removed = true;
        });
      while (!removed) {
        const read = await store().readChunks(id, ALL);
        expect(read).toEqual(chunks(1, read.length));
        expect(await store().getExecution(id)).toBeNull();
        await new Promise(setImmediate);
      }
      await removal;
      expect(await store().readChunks(id, ALL)).toEqual([]);
    });
  });
};
