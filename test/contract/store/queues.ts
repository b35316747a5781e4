import { describe, expect, it } from 'vitest';
import type { ExecutionChange, ExecutionStatus } from '../../../src/executions/execution.ts';
import type { Theme } from '../store.ts';
import { create, createEnded, EVERY_STATUS, sample } from './samples.ts';

export const describeQueues: Theme = (store) => {
  describe('queues', () => {
    it('are empty in an empty store', async () => {
      expect(await store().listQueues()).toEqual([]);
      expect(await store().countUnderWay()).toBe(0);
      expect(await store().listRunning()).toEqual([]);
      expect(await store().listUnderWay()).toEqual([]);
      expect(await store().countQueuedBefore('anonymous', sample().id)).toBe(0);
    });

    it('have one entry for each caller with something queued, its oldest at the head', async () => {
      const a = [await create(store(), { caller: 'key:a' }), await create(store(), { caller: 'key:a' })];
      const older = sample({ caller: 'key:b' });
      const younger = sample({ caller: 'key:b' });
      await create(store(), younger);
      await create(store(), older);
      await create(store(), { caller: 'key:c', status: 'RUNNING' });
      await createEnded(store(), 1, { caller: 'key:d' });
      const byCaller = (await store().listQueues()).sort((x, y) => (x.caller < y.caller ? -1 : 1));
      expect(byCaller).toEqual([
        { caller: 'key:a', queued: 2, headId: a[0]?.id },
        { caller: 'key:b', queued: 2, headId: older.id },
      ]);
    });

    it('follow executions out of the queue and back', async () => {
      const first = await create(store());
      const second = await create(store());
      await store().updateExecution(first.id, { statuses: ['QUEUED'] }, { status: 'STARTING' });
      expect(await store().listQueues()).toEqual([{ caller: 'anonymous', queued: 1, headId: second.id }]);
      await store().updateExecution(first.id, { statuses: ['STARTING'] }, { status: 'QUEUED' });
      expect(await store().listQueues()).toEqual([{ caller: 'anonymous', queued: 2, headId: first.id }]);
      for (const { id } of [first, second]) {
        await store().updateExecution(id, { statuses: ['QUEUED'] }, { status: 'CANCELLED', finishedAt: 1 });
      }
      expect(await store().listQueues()).toEqual([]);
    });

    it('count what is under way, of all callers', async () => {
      for (const status of EVERY_STATUS) await create(store(), { status, caller: `key:${status}` });
      expect(await store().countUnderWay()).toBe(2);
      const { id } = await create(store());
      await store().updateExecution(id, { statuses: ['QUEUED'] }, { status: 'STARTING' });
      expect(await store().countUnderWay()).toBe(3);
      await store().updateExecution(id, { statuses: ['STARTING'] }, { status: 'RUNNING' });
      expect(await store().countUnderWay()).toBe(3);
      await store().updateExecution(id, { statuses: ['RUNNING'] }, { status: 'FAILED', finishedAt: 1 });
      expect(await store().countUnderWay()).toBe(2);
    });

    it('count what is under way for each caller, from the claim to the end or back to the queue', async () => {
      for (const status of EVERY_STATUS) {
        await create(store(), { status, caller: 'key:a' });
        await create(store(), { status, caller: `key:${status}` });
      }
      const { id } = await create(store(), { caller: 'key:b' });
      const running = async () =>
        Object.fromEntries((await store().listRunning()).map((one) => [one.caller, one.running]));
      const others = { 'key:a': 2, 'key:STARTING': 1, 'key:RUNNING': 1 };
      expect(await running()).toEqual(others);
      const move = (from: ExecutionStatus, change: ExecutionChange) =>
        store().updateExecution(id, { statuses: [from] }, change);
      await move('QUEUED', { status: 'STARTING' });
      expect(await running()).toEqual({ ...others, 'key:b': 1 });
      await move('STARTING', { status: 'QUEUED' });
      expect(await running()).toEqual(others);
      await move('QUEUED', { status: 'STARTING' });
      await move('STARTING', { status: 'RUNNING' });
      expect(await running()).toEqual({ ...others, 'key:b': 1 });
      await move('RUNNING', { status: 'SUCCEEDED', finishedAt: 1 });
      expect(await running()).toEqual(others);
    });

    it('count what the same caller queued before', async () => {
      const running = await create(store(), { status: 'RUNNING' });
      const queued = [await create(store()), await create(store()), await create(store())];
      await create(store(), { caller: 'key:other' });
      const counts = [];
      for (const { id } of queued) counts.push(await store().countQueuedBefore('anonymous', id));
      expect(counts).toEqual([0, 1, 2]);
      expect(await store().countQueuedBefore('anonymous', running.id)).toBe(0);
      expect(await store().countQueuedBefore('anonymous', sample().id)).toBe(3);
      expect(await store().countQueuedBefore('key:other', queued[0]?.id ?? '')).toBe(0);
      expect(await store().countQueuedBefore('key:nobody', sample().id)).toBe(0);
    });

    it('give the owner of what is under way, over all callers', async () => {
      const samples = EVERY_STATUS.flatMap((status, index) =>
        ['key:b', 'key:a'].map((caller) =>
          sample({ status, caller, epoch: index, owner: `process ${index}` }),
        ),
      );
      for (const execution of samples) await create(store(), execution);
      const released = await create(store(), { status: 'RUNNING', epoch: 7 });
      const expected = [...samples, released]
        .filter(({ status }) => status === 'STARTING' || status === 'RUNNING')
        .map(({ id, status, owner, epoch, sessionId }) => ({ id, status, owner, epoch, sessionId }));
      const found = await store().listUnderWay();
      expect(found.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toStrictEqual(expected);
    });
  });
};
