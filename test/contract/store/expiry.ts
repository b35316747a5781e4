import { describe, expect, it } from 'vitest';
import type { Theme } from '../store.ts';
import { ALL, chunk, chunks, create, createEnded, EMPTY_PAYLOAD, ids, sample } from './samples.ts';

export const describeExpiry: Theme = (store) => {
  describe('expiry', () => {
    it('hides what finished before a time, not at it and not what goes on', async () => {
      const old = await createEnded(store(), 999);
      const failed = await createEnded(store(), 998, { status: 'FAILED', endReason: 'TIMED_OUT' });
      const cancelled = await createEnded(store(), 997, { status: 'CANCELLED', endReason: 'CANCELLED' });
      const atIt = await createEnded(store(), 1000);
      const running = await create(store(), { status: 'RUNNING', startedAt: 1 });
      const hidden = await store().hideExpired(1000, 100);
      expect(hidden.toSorted()).toEqual(ids([old, failed, cancelled]).sort());
      const left = await store().listExecutions({ caller: 'anonymous', limit: 100 });
      expect(left).toStrictEqual([running, atIt]);
      expect(await store().getExecution(old.id)).toBeNull();
      expect(await store().getExecutionByUniqueKey(old.uniqueKey)).toBeNull();
      expect(await store().getExecution(atIt.id)).toStrictEqual(atIt);
    });

    it('hides up to the limit and names all that are hidden, until they are removed', async () => {
      for (let finishedAt = 1; finishedAt <= 5; finishedAt += 1) await createEnded(store(), finishedAt);
      expect(await store().hideExpired(10, 2)).toHaveLength(2);
      expect(await store().hideExpired(10, 2)).toHaveLength(4);
      expect(await store().hideExpired(10, 0)).toHaveLength(4);
      const all = await store().hideExpired(10, 2);
      expect(new Set(all).size).toBe(5);
      for (const id of all) await store().removeHidden(id);
      expect(await store().hideExpired(10, 2)).toEqual([]);
      expect(await store().listExecutions({ caller: 'anonymous', limit: 10 })).toEqual([]);
    });

    it('gives the key of a hidden execution free', async () => {
      const old = await createEnded(store(), 1, { uniqueKey: 'k:anonymous:daily' });
      await store().hideExpired(2, 10);
      const young = sample({ uniqueKey: 'k:anonymous:daily' });
      expect(await store().createExecution(young, EMPTY_PAYLOAD)).toEqual({
        created: true,
        execution: young,
      });
      await store().removeHidden(old.id);
      expect(await store().getExecutionByUniqueKey('k:anonymous:daily')).toStrictEqual(young);
    });

    it('removes a hidden execution with all it had, and nothing of another', async () => {
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
      expect(await store().hideExpired(5, 10)).toEqual([gone.id]);
      await store().removeHidden(gone.id);
      await store().removeHidden(gone.id);
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

    it('does not remove one that is not hidden', async () => {
      const ended = await createEnded(store(), 1);
      await store().appendChunks([{ executionId: ended.id, chunks: [chunk(1)] }]);
      await store().removeHidden(ended.id);
      await store().removeHidden(sample().id);
      expect(await store().getExecution(ended.id)).toStrictEqual(ended);
      expect(await store().readChunks(ended.id, ALL)).toEqual([chunk(1)]);
    });

    it('lets a reader in the middle of a removal see less, never a gap or a mistake', async () => {
      const { id } = await createEnded(store(), 1, { lastSeq: 3000 });
      await store().appendChunks([{ executionId: id, chunks: chunks(1, 3000) }]);
      await store().hideExpired(2, 10);
      let removed = false;
      const removal = store()
        .removeHidden(id)
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
